import { WORDS_UNTIL_LEAVING, type Feature } from "./feature.ts";

/** The users of an application at `url`. */
export class Traffic {
  readonly #url: string;
  readonly #features: readonly Feature[];
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(url: string, features: readonly Feature[]) {
    this.#url = url;
    this.#features = features.flatMap((feature) => Array.from({ length: feature.share }, () => feature));
  }

  /** Makes so many calls, one after the other, so that each run is like the one before. */
  async make(calls: number): Promise<void> {
    while (this.#count < calls && !this.#stopped.signal.aborted) await this.#call();
  }

  /** Makes a call every so often, until stopped. */
  start(intervalMilliseconds: number): void {
    this.#timer = setInterval(() => {
      const call = this.#call().finally(() => this.#underWay.delete(call));
      this.#underWay.add(call);
    }, intervalMilliseconds);
  }

  /** Breaks off what is under way; resolves when all of it has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort();
    await Promise.all(this.#underWay);
  }

  async #call(): Promise<void> {
    const number = (this.#count += 1);
    // A stride that shares no factor with the list visits all of it, in mixed order.
    const { team, name } = this.#features[(number * 37) % this.#features.length]!;
    const impatient = name === "answers" && number % 4 === 0;
    try {
      const url = `${this.#url}/${team}/${name}?number=${number}&impatient=${impatient}`;
      const { body } = await fetch(url, { method: "POST", signal: this.#stopped.signal });
      if (body) await read(body, impatient ? WORDS_UNTIL_LEAVING : Infinity);
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    }
  }
}

/** Reads an answer until so many words have come, then leaves. */
async function read(body: ReadableStream<Uint8Array>, words: number): Promise<void> {
  let text = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.split(" ").length >= words) return;
  }
}
