/** A line on the terminal that is written over, and lines that go above it. Without a terminal, the lines alone. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY) return;
    this.#shown = text.slice(0, this.#stream.columns);
    this.#stream.write(`\r\x1b[K${this.#shown}`);
  }

  /** Writes a line above the one that is shown. */
  write(line: string): void {
    const shown = this.#shown;
    this.end();
    this.#stream.write(`${line}\n`);
    if (shown !== "") this.show(shown);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown !== "") this.#stream.write("\r\x1b[K");
    this.#shown = "";
  }
}
