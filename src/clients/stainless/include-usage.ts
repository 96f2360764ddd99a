import { pipeline, Transform, type Readable } from "node:stream";

import { replaceBody } from "../../transport/replace-body.ts";

/** Hosts that are known to take `stream_options.include_usage`; others have answered 400 or 422 to it. */
const HOSTS = /^(?:[a-z0-9-]+\.)?api\.openai\.com$/;

/** On a request's init: usage was asked for by the meter, and the application must not see that. */
const INJECTED = Symbol("llm-footprint.include-usage");

/**
 * Asks for usage in a chat or text completion stream whose caller has not asked for it.
 *
 * @param hosts further hosts, with their ports, that the application says take it
 */
export function askForUsage(init: RequestInit, url: string, hosts: readonly string[]): void {
  const { host, pathname } = new URL(url);
  if (!HOSTS.test(host) && !hosts.includes(host)) return;
  if (typeof init.body !== "string" || !/\/completions$/.test(pathname)) return;
  const body = JSON.parse(init.body) as { stream?: unknown; stream_options?: { include_usage?: unknown } | null };
  if (body.stream !== true || body.stream_options?.include_usage !== undefined) return;
  replaceBody(init, JSON.stringify({ ...body, stream_options: { ...body.stream_options, include_usage: true } }));
  Object.assign(init, { [INJECTED]: true });
}

/** Whether the meter asked for usage in this request. Forgets it, so that nobody behind us sees the mark. */
export function takeUsageMark(init: RequestInit): boolean {
  const injected = INJECTED in init;
  if (injected) Reflect.deleteProperty(init, INJECTED);
  return injected;
}

/** The answer as it would have been without asking: no event that carries usage alone, no `usage: null` in the others. */
export function withoutInjectedUsage(response: Response): Response {
  const body: unknown = response.body;
  if (!response.ok || typeof body !== "object" || body === null) return response;
  const { status, statusText, headers, url } = response;
  const Answer = response.constructor as new (body: unknown, init: object) => Response;
  const stream = body instanceof ReadableStream ? strippedStream(body) : strippedNodeStream(body as Readable);
  const answer = new Answer(stream, { status, statusText, headers, url });
  for (const key of ["url", "redirected", "type"] as const) {
    Object.defineProperty(answer, key, { value: response[key], configurable: true });
  }
  return answer;
}

/** Reads only when it is read, and cancels when it is cancelled. */
function strippedStream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const stripper = new Stripper();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          const kept = done ? stripper.end() : stripper.strip(value);
          if (kept !== "") controller.enqueue(Buffer.from(kept));
          if (done) {
            controller.close();
            return;
          }
          if (kept !== "") return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function strippedNodeStream(body: Readable): Readable {
  const stripper = new Stripper();
  const stripped = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => done(null, stripper.strip(chunk)),
    flush: (done) => done(null, stripper.end()),
  });
  return pipeline(body, stripped, () => undefined);
}

/** Takes the usage out of a stream of events, however it is cut. */
class Stripper {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of an event whose end has not come, in the pieces in which it came. */
  #pieces: string[] = [];
  /** The last characters of {@link #pieces}: half of a blank line may stand there. */
  #end = "";

  strip(chunk: Uint8Array): string {
    const piece = this.#decoder.decode(chunk, { stream: true });
    const window = this.#end + piece;
    // A carriage return at the end may be half of a line end.
    if (!BLANK_LINE.test(window.endsWith("\r") ? window.slice(0, -1) : window)) {
      this.#keep(piece, window);
      return "";
    }
    const text = this.#pieces.join("") + piece;
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    let from = 0;
    let kept = "";
    for (const { 0: blank, index } of text.slice(0, end).matchAll(BLANK_LINES)) {
      kept += withoutUsage(text.slice(from, index + blank.length));
      from = index + blank.length;
    }
    this.#pieces = [];
    this.#keep(text.slice(from), text.slice(from));
    return kept;
  }

  end(): string {
    return withoutUsage(this.#pieces.join("") + this.#decoder.decode());
  }

  #keep(piece: string, window: string): void {
    if (piece !== "") this.#pieces.push(piece);
    this.#end = window.slice(-LONGEST_BLANK_LINE);
  }
}

const BLANK_LINE = /(?:\r\n|\n|\r(?!\n)){2}/;
const BLANK_LINES = new RegExp(BLANK_LINE, "g");
const LONGEST_BLANK_LINE = 4;

/** One event without its usage; nothing where usage was all it carried. */
function withoutUsage(block: string): string {
  if (!block.includes('"usage"')) return block;
  const data = /^data: ?(\{.*\})$/m.exec(block)?.[1];
  if (data === undefined) return block;
  let chunk: { usage?: unknown; choices?: unknown };
  try {
    chunk = JSON.parse(data) as typeof chunk;
  } catch {
    return block;
  }
  const { usage, ...rest } = chunk;
  if (usage === undefined) return block;
  // Azure's first chunk has no choice either, but says something of its own.
  if (usage !== null && Array.isArray(rest.choices) && rest.choices.length === 0) return "";
  return block.replace(data, () => JSON.stringify(rest));
}
