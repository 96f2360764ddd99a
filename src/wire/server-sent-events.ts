import { isObject, parsed, type JsonObject } from "./json.ts";

/** One event of a `text/event-stream`. */
export class ServerSentEvent {
  readonly event: string | undefined;
  /** As sent, its lines joined. */
  readonly data: string;
  #object: JsonObject | null | undefined;

  constructor(event: string | undefined, data: string) {
    this.event = event;
    this.data = data;
  }

  /** What the event is: its name, or where it has none, the `type` that stands first in its data. */
  get type(): string | undefined {
    return this.event ?? /^\s*\{\s*"type"\s*:\s*"([^"]+)"/.exec(this.data)?.[1];
  }

  /** The data as a JSON object, parsed when first asked for; undefined when it is none. */
  get object(): JsonObject | undefined {
    if (this.#object === undefined) {
      const value = /^\s*\{/.test(this.data) ? parsed(this.data) : undefined;
      this.#object = isObject(value) ? value : null;
    }
    return this.#object ?? undefined;
  }
}

const BLANK_LINE = /(?:\r\n|\n|\r(?!\n)){2}/;

/** What stands before the first blank line: of a piece that begins inside an event, that event's end. */
export const firstBlock = (text: string): string => text.split(BLANK_LINE, 1)[0]!;

/**
 * The events in a piece of a stream's text, in order. What follows the last blank line counts as an event too,
 * since some servers omit the last one.
 *
 * @param fromStart false when the text may begin inside an event, which is then left out
 */
export function serverSentEvents(text: string, fromStart: boolean): ServerSentEvent[] {
  const blocks = text.replace(/^\uFEFF/, "").split(BLANK_LINE);
  if (!fromStart) blocks.shift();
  return blocks.flatMap((block) => {
    const event = parseBlock(block);
    return event ? [event] : [];
  });
}

function parseBlock(block: string): ServerSentEvent | undefined {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const field = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") event = value;
    else if (field === "data") data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : new ServerSentEvent(event, data);
}
