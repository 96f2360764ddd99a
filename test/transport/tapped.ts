import { setTimeout as pause } from "node:timers/promises";

import { BodyTap, type BodyObserver, type Ending, type SeenBody } from "../../src/transport/body-tap.ts";
import { tapResponse } from "../../src/transport/response-tap.ts";

/** What an observer saw of one body. */
export interface Seen {
  readonly endings: Ending[];
  readonly errors: unknown[];
  /** Of the first ending: the text, or the JSON, that was seen. */
  content: unknown;
  totalBytes: number;
}

/** Taps a response and keeps what its observer is told. */
export function tapped<Answer extends Response>(response: Answer): { response: Answer; seen: Seen } {
  const seen: Seen = { endings: [], errors: [], content: undefined, totalBytes: 0 };
  tapResponse(response, BodyTap.for(observerOf(seen)));
  return { response, seen };
}

const observerOf = (seen: Seen): BodyObserver => ({
  endByte: 0x5d,
  firstContent: () => true,
  atEndMarker: (excerpt) => excerpt.tail(32).endsWith("data: [DONE]\n\n"),
  ended(ending, body, error) {
    seen.endings.push(ending);
    if (error !== undefined) seen.errors.push(error);
    seen.content = contentOf(body);
    seen.totalBytes = body.excerpt?.totalBytes ?? 0;
  },
});

const contentOf = ({ json, text, excerpt }: SeenBody): unknown => json ?? text ?? excerpt?.tail();

/** How often the collector is asked; after that, what it has not collected is still held. */
const COLLECTIONS = 40;

export async function collected(isOver: () => boolean): Promise<void> {
  for (let round = 0; round < COLLECTIONS && !isOver(); round++) {
    await pause(round);
    globalThis.gc!();
  }
}
