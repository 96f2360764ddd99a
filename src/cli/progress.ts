import { Presets, SingleBar } from "cli-progress";

/** A bar on the terminal that moves, and lines that go above it. Without a terminal, the lines alone. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param share of the work that is done, from 0 to 1 */
  show(share: number, text: string): void {
    if (!this.#stream.isTTY) return;
    this.#bar ??= this.#started();
    this.#bar.update(Math.floor(share * 100), { text });
  }

  /** Writes a line of its own, above the bar where there is one. */
  write(line: string): void {
    if (this.#bar) this.#stream.write("\r\u001b[K");
    this.#stream.write(`${line}\n`);
    this.#bar?.render();
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #started(): SingleBar {
    const bar = new SingleBar(
      {
        stream: this.#stream,
        format: "{bar} {percentage} %  {text}",
        barsize: 30,
        clearOnComplete: true,
        // Lines that are written above it leave nothing of it.
        forceRedraw: true,
        // Who runs the command decides what an interruption does.
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    bar.start(100, 0, { text: "" });
    return bar;
  }
}
