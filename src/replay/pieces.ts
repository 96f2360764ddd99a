/** One record of a file, as text. */
export interface Piece {
  readonly text: string;
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** The first byte behind it, and the line there: where reading can go on later. */
  readonly end: Position;
}

export interface Position {
  readonly offset: number;
  readonly line: number;
}

export const START: Position = { offset: 0, line: 1 };

/** A longer record is given as it is up to here, which no reader accepts. */
const LONGEST_PIECE_BYTES = 64 * 1024 * 1024;

const [NEWLINE, SPACE, QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [
  0x0a, 0x20, 0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d,
] as const;

/** Tells where in a stream of bytes records end. Bytes, not characters: positions in a file are bytes. */
interface Splitter {
  /** @returns `begin`: a record starts with this byte; `end`: it ends with it; `broken`: it ended before it */
  next(byte: number): "begin" | "end" | "broken" | undefined;
}

/** Objects of JSON: one after another, on lines or not, or the items of one list. */
export class JsonSplitter implements Splitter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inGarbage = false;
  #atLineStart = true;

  next(byte: number): "begin" | "end" | "broken" | undefined {
    const atLineStart = this.#atLineStart;
    this.#atLineStart = byte === NEWLINE;
    if (this.#inString) return this.#nextInString(byte);
    if (this.#inGarbage) {
      if (byte !== NEWLINE) return undefined;
      this.#inGarbage = false;
      return "end";
    }
    if (this.#depth === 0) return this.#nextBetween(byte);
    // An object at the start of a line inside another one: the one before was cut off.
    if (byte === OPEN && atLineStart) {
      this.#depth = 1;
      return "broken";
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN) this.#depth++;
    else if (byte === CLOSE && --this.#depth === 0) return "end";
    return undefined;
  }

  #nextInString(byte: number): "end" | undefined {
    if (byte === NEWLINE) {
      // JSON has no line breaks in texts: the line was cut off.
      this.#inString = this.#escaped = false;
      this.#depth = 0;
      return "end";
    }
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    return undefined;
  }

  #nextBetween(byte: number): "begin" | undefined {
    if (byte <= SPACE || byte === COMMA || byte === OPEN_LIST || byte === CLOSE_LIST) return undefined;
    if (byte === OPEN) this.#depth = 1;
    else this.#inGarbage = true;
    return "begin";
  }
}

/** Rows of CSV: lines, except for line breaks inside quotes. */
export class CsvSplitter implements Splitter {
  #inRow = false;
  #quoted = false;

  next(byte: number): "begin" | "end" | undefined {
    if (!this.#inRow) {
      if (byte <= SPACE) return undefined;
      this.#inRow = true;
      this.#quoted = byte === QUOTE;
      return "begin";
    }
    if (byte === QUOTE) this.#quoted = !this.#quoted;
    if (byte !== NEWLINE || this.#quoted) return undefined;
    this.#inRow = false;
    return "end";
  }
}

/** The records of a stream of bytes, in memory one at a time. */
export async function* readPieces(
  chunks: AsyncIterable<Uint8Array>,
  splitter: Splitter,
  from: Position = START,
): AsyncGenerator<Piece> {
  let { offset, line } = from;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let startLine = line;
  const piece = (last: Uint8Array): Piece => {
    const text = Buffer.concat([...held, last])
      .toString("utf8")
      .trim();
    held = [];
    heldBytes = 0;
    return { text, line: startLine, end: { offset, line } };
  };
  let inside = false;
  for await (const chunk of chunks) {
    const chunkOffset = offset;
    let begin = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]!;
      const event = splitter.next(byte);
      if (event === "broken") {
        offset = chunkOffset + index;
        yield piece(chunk.subarray(begin, index));
      }
      if (event === "begin" || event === "broken") {
        begin = index;
        startLine = line;
        inside = true;
      }
      if (byte === NEWLINE) line++;
      if (event !== "end") continue;
      inside = false;
      offset = chunkOffset + index + 1;
      yield piece(chunk.subarray(begin, index + 1));
    }
    offset = chunkOffset + chunk.length;
    if (inside && heldBytes < LONGEST_PIECE_BYTES) {
      held.push(chunk.subarray(begin));
      heldBytes += chunk.length - begin;
    }
  }
  if (inside) yield piece(new Uint8Array());
}
