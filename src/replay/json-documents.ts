import { Tokenizer, TokenType } from "@streamparser/json";

import { LISTS } from "../formats/records-of.ts";
import { StringShortener } from "./string-shortener.ts";
import type { Unit } from "./unit.ts";

/** A larger document is given in parts: its lists as far as they were read, in what stands around them. */
const PART_CHARACTERS = 4 * 1024 * 1024;
/** Given to the tokenizer at once: between them, a part can be given. */
const PIECE_CHARACTERS = 65_536;

/** A key of that name is data here, and not the object's prototype. */
const PROTOTYPE = "__proto__";

/** Lists whose items mean the same wherever the list is cut. */
const DIVISIBLE = new Set([
  ...LISTS.filter((name) => name !== "value"),
  ...["resourceSpans", "resource_spans", "batches", "scopeSpans", "scope_spans", "instrumentationLibrarySpans"],
  ...["instrumentation_library_spans", "spans", "events"],
]);

type Container = Record<string, unknown> | unknown[];

/** A document, or why there is none. */
export type DocumentUnit = Omit<Unit, "index">;

interface Frame {
  container: Container;
  /** The key at which the next value goes, in an object. */
  key: string | undefined;
  /** Whether the list can be cut here, and all around it. */
  readonly divisible: boolean;
}

/**
 * Reads JSON of any size, in memory a part at a time: documents one after another, whatever stands between them, and
 * lists, whose items are documents of their own. After an error it goes on at the next line that begins with a
 * document.
 */
export class JsonDocuments {
  readonly #divides: (key: string) => boolean;
  readonly #shortener = new StringShortener();
  #tokenizer: Tokenizer;
  #stack: Frame[] = [];
  #expects: "value" | "key" | "colon" | "comma" = "value";
  #units: DocumentUnit[] = [];
  #line: number;
  #documentLine: number;
  #partStart = 0;
  /** Of the text that the tokenizer is in: where it begins among all, and its line breaks. */
  #written = 0;
  #broken = false;
  #unreadable = false;

  /** @param line on which the text begins @param path of lists that can be cut, besides the known ones */
  constructor(line = 1, path: readonly string[] = []) {
    this.#line = this.#documentLine = line;
    this.#divides = (key) => DIVISIBLE.has(key) || path.includes(key);
    this.#tokenizer = this.#newTokenizer();
  }

  /** @returns the documents that end in this text */
  write(text: string): DocumentUnit[] {
    let rest = this.#shortener.shortened(text);
    while (rest !== "") {
      if (this.#broken) rest = this.#resumed(rest);
      else rest = this.#tokenized(rest);
    }
    return this.#taken();
  }

  /** @returns the documents that the end leaves */
  end(): DocumentUnit[] {
    if (this.#stack.length > 0 && !this.#broken) this.#fail("the document ends before it is complete", true);
    return this.#taken();
  }

  #taken(): DocumentUnit[] {
    const units = this.#units;
    this.#units = [];
    return units;
  }

  /** At most a line at a time, so that its number is known and an error costs no more than it must. */
  #tokenized(text: string): string {
    const end = Math.min(text.indexOf("\n") + 1 || text.length, PIECE_CHARACTERS);
    const piece = text.slice(0, end);
    this.#tokenizer.write(piece);
    this.#written += piece.length;
    if (piece.endsWith("\n")) this.#line++;
    if (this.#unreadable) {
      this.#unreadable = false;
      this.#fail("the record is not JSON");
      this.#broken = !piece.endsWith("\n");
    }
    return text.slice(end);
  }

  /** Behind an error: what follows the end of the line. */
  #resumed(text: string): string {
    const end = text.indexOf("\n") + 1;
    if (end === 0) return "";
    this.#line++;
    this.#broken = false;
    return text.slice(end);
  }

  #newTokenizer(): Tokenizer {
    const tokenizer = new Tokenizer();
    tokenizer.onToken = ({ token, value }) => {
      if (!this.#unreadable) this.#take(token, value);
    };
    tokenizer.onError = () => {
      this.#unreadable = true;
    };
    return tokenizer;
  }

  #take(token: TokenType, value: unknown): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.#open({});
        break;
      case TokenType.LEFT_BRACKET:
        this.#open([]);
        break;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#close(token === TokenType.RIGHT_BRACKET);
        break;
      case TokenType.COLON:
        this.#expect("colon", "value");
        break;
      case TokenType.COMMA:
        this.#separate();
        break;
      default:
        this.#scalar(value);
    }
  }

  #expect(expected: "colon" | "key", next: "value" | "colon"): void {
    if (this.#expects === expected) this.#expects = next;
    else this.#unreadable = true;
  }

  /** Between documents, commas are those of a list whose beginning was lost. */
  #separate(): void {
    const frame = this.#stack.at(-1);
    if (!frame) return;
    if (this.#expects !== "comma") this.#unreadable = true;
    this.#expects = Array.isArray(frame.container) ? "value" : "key";
  }

  #open(container: Container): void {
    if (this.#expects !== "value") {
      this.#unreadable = true;
      return;
    }
    const around = this.#stack.at(-1);
    // The items of a list that stands alone are documents themselves.
    if (!around && Array.isArray(container)) return;
    if (!around) {
      this.#documentLine = this.#line;
      this.#partStart = this.#written;
    }
    const isList = Array.isArray(container);
    const divisible = !around || (around.divisible && this.#keepsDivisible(around, isList));
    this.#stack.push({ container, key: undefined, divisible });
    this.#expects = isList ? "value" : "key";
  }

  /** The document, the lists of a page, and their items; not what a single record is made of. */
  #keepsDivisible(around: Frame, isList: boolean): boolean {
    if (isList) return this.#divides(around.key ?? "");
    return Array.isArray(around.container) || around.key === "trace";
  }

  #close(isList: boolean): void {
    const frame = this.#stack.at(-1);
    if (!frame) return;
    const empty = Array.isArray(frame.container)
      ? frame.container.length === 0
      : Object.keys(frame.container).length === 0;
    const complete = this.#expects === "comma" || (empty && this.#expects === (isList ? "value" : "key"));
    if (Array.isArray(frame.container) !== isList || !complete) {
      this.#unreadable = true;
      return;
    }
    this.#stack.pop();
    this.#add(frame.container);
    if (frame.divisible && this.#written - this.#partStart > PART_CHARACTERS) this.#giveParts();
  }

  #scalar(value: unknown): void {
    const frame = this.#stack.at(-1);
    if (!frame) {
      this.#unreadable = true;
    } else if (this.#expects === "key" && typeof value === "string") {
      frame.key = value;
      this.#expects = "colon";
    } else if (this.#expects === "value") this.#add(value);
    else this.#unreadable = true;
  }

  /** A value is complete. */
  #add(value: unknown): void {
    const frame = this.#stack.at(-1);
    if (!frame) {
      this.#units.push({ line: this.#documentLine, document: value });
      this.#expects = "value";
      return;
    }
    setIn(frame, value);
    this.#expects = "comma";
  }

  /** Gives what the open lists hold, and goes on with them empty. */
  #giveParts(): void {
    const open = this.#stack.findLastIndex(
      ({ container, divisible }) => Array.isArray(container) && divisible && container.length > 0,
    );
    if (open === -1) return;
    for (let index = open; index > 0; index--) {
      const [frame, around] = [this.#stack[index]!, this.#stack[index - 1]!];
      setIn(around, frame.container);
    }
    this.#units.push({ line: this.#documentLine, document: this.#stack[0]!.container });
    this.#partStart = this.#written;
    for (const [index, frame] of this.#stack.entries()) {
      if (Array.isArray(frame.container) && frame.divisible) frame.container = [];
      else if (index <= open) frame.container = { ...(frame.container as Record<string, unknown>) };
    }
  }

  /** What was complete before an error counts; the rest is one rejection. */
  #fail(rejected: string, open = false): void {
    this.#giveParts();
    this.#units.push({ line: this.#stack.length > 0 ? this.#documentLine : this.#line, rejected, open });
    this.#stack = [];
    this.#expects = "value";
    this.#tokenizer = this.#newTokenizer();
  }
}

function setIn({ container, key }: Frame, value: unknown): void {
  if (Array.isArray(container)) container.push(value);
  else if (key !== PROTOTYPE) container[key!] = value;
  else Object.defineProperty(container, PROTOTYPE, { value, configurable: true, enumerable: true, writable: true });
}
