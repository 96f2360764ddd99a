import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Ending } from "../../src/transport/body-tap.ts";
import { Excerpt } from "../../src/transport/excerpt.ts";
import type { Dialect } from "../../src/wire/dialect.ts";
import { readBody } from "../../src/wire/read-body.ts";
import type { Asked, Reading } from "../../src/wire/reading.ts";

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  jsonl: "application/x-jsonl",
  sse: "text/event-stream; charset=utf-8",
  ndjson: "application/x-ndjson",
  bin: "application/vnd.amazon.eventstream",
};

/** A recorded or documented answer, with the content type that goes with its ending. */
export interface Fixture {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** @param name a file in the family's folder of fixtures; its README says where each comes from */
export function fixture(family: string, name: string): Fixture {
  const bytes = readFileSync(join(import.meta.dirname, family, "fixtures", name));
  return { name, bytes, contentType: TYPES[name.slice(name.lastIndexOf(".") + 1)]! };
}

/** A body as a tap remembers it, come in chunks of one size. */
export function excerptOf(bytes: Uint8Array, chunkBytes = 1400): Excerpt {
  const excerpt = new Excerpt();
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) excerpt.add(bytes.subarray(at, at + chunkBytes));
  return excerpt;
}

/** What a dialect reads of a body that came in chunks. */
export const readChunks = (
  dialect: Dialect,
  { bytes, contentType }: Pick<Fixture, "bytes" | "contentType">,
  { ending = "complete", chunkBytes, asked }: { ending?: Ending; chunkBytes?: number; asked?: Asked } = {},
): Reading => readBody(dialect, ending, { excerpt: excerptOf(bytes, chunkBytes) }, contentType, asked);

/** What is read of a stream that was left after each of its bytes, one reading per length. */
export const readEveryCut = (dialect: Dialect, { bytes, contentType }: Fixture): Reading[] =>
  Array.from({ length: bytes.byteLength + 1 }, (_, length) =>
    readChunks(dialect, { bytes: bytes.subarray(0, length), contentType }, { ending: "cancelled" }),
  );
