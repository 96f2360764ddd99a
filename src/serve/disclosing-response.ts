import type { ServerResponse } from "node:http";

import { DISCLOSURE_HEADER, disclosureComment } from "./disclosure.ts";

/** An answer above this goes on without the header: it is not kept in memory to its end. */
const MOST_HELD_BYTES = 4 * 1024 * 1024;

const DONE = "data: [DONE]";
const LINE_FEED = 0x0a;
/** Gemini streams its answers as an array, whose elements are not to wait for its end. */
const ARRAY = "[".codePointAt(0);

/** The head of an answer: status, its text, names and values in turn. */
export type Head = readonly [status: number, statusText: string | undefined, headers: readonly string[]];

/** Sends an answer on as it comes. */
export class PlainResponse {
  protected readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  start([status, statusText, headers]: Head): void {
    this.response.writeHead(status, statusText, [...headers]);
    // The head goes at once: the first chunk of a stream may be long in coming.
    this.response.flushHeaders();
  }

  /** @returns whether more may come at once */
  chunk(bytes: Buffer): boolean {
    return this.response.write(bytes);
  }

  end(): void {
    this.response.end();
  }
}

/** Adds a comment before the end marker of an event stream, or at its end. The events themselves go on as they come. */
class DisclosingStream extends PlainResponse {
  readonly #disclose: () => string | undefined;
  #said = false;
  /** Whether the next byte begins a line. */
  #atLine = true;

  constructor(response: ServerResponse, disclose: () => string | undefined) {
    super(response);
    this.#disclose = disclose;
  }

  override chunk(bytes: Buffer): boolean {
    const at = bytes.indexOf(DONE);
    const begins = at === 0 ? this.#atLine : bytes[at - 1] === LINE_FEED;
    if (at >= 0 && begins && !this.#said) {
      this.response.write(bytes.subarray(0, at));
      this.#say();
      return this.response.write(bytes.subarray(at));
    }
    if (bytes.length > 0) this.#atLine = bytes.at(-1) === LINE_FEED;
    return this.response.write(bytes);
  }

  override end(): void {
    if (this.#atLine) this.#say();
    this.response.end();
  }

  #say(): void {
    if (this.#said) return;
    this.#said = true;
    const disclosure = this.#disclose();
    if (disclosure !== undefined) this.response.write(disclosureComment(disclosure));
  }
}

/** Holds an answer until its usage is known, and says in its head what it took. */
class DisclosingAnswer extends PlainResponse {
  readonly #disclose: () => string | undefined;
  #head: Head | undefined;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor(response: ServerResponse, disclose: () => string | undefined) {
    super(response);
    this.#disclose = disclose;
  }

  override start(head: Head): void {
    this.#head = head;
  }

  override chunk(bytes: Buffer): boolean {
    if (this.#head === undefined) return this.response.write(bytes);
    const mayStream = this.#bytes === 0 && bytes[0] === ARRAY;
    this.#held.push(bytes);
    this.#bytes += bytes.byteLength;
    return mayStream || this.#bytes > MOST_HELD_BYTES ? this.#release(undefined) : true;
  }

  override end(): void {
    this.#release(this.#head && this.#disclose());
    this.response.end();
  }

  #release(disclosure: string | undefined): boolean {
    if (this.#head === undefined) return true;
    const [status, statusText, headers] = this.#head;
    this.#head = undefined;
    super.start([status, statusText, disclosure === undefined ? headers : [...headers, DISCLOSURE_HEADER, disclosure]]);
    const held = this.#held;
    this.#held = [];
    return held.length === 0 || this.response.write(Buffer.concat(held));
  }
}

/**
 * What an answer is sent on by.
 *
 * @param disclose what the request took, once the meter has seen the body's end; undefined where nothing is to be said
 */
export function responseFor(
  response: ServerResponse,
  contentType: string,
  contentEncoding: string,
  disclose: (() => string | undefined) | undefined,
): PlainResponse {
  if (disclose === undefined || !/^(?:identity)?$/i.test(contentEncoding)) return new PlainResponse(response);
  if (/^text\/event-stream\b/i.test(contentType)) return new DisclosingStream(response, disclose);
  if (/^application\/json\b/i.test(contentType)) return new DisclosingAnswer(response, disclose);
  return new PlainResponse(response);
}
