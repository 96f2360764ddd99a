import { createHash } from "node:crypto";

import type { KnownFile } from "../journal/imports/file-ledger.ts";

/**
 * The file that was read before and whose content this one begins with: the same under whatever name, or grown since.
 *
 * @param open the content; it is read as far as a known file goes
 */
export async function knownBeginning(
  known: readonly KnownFile[],
  open: () => AsyncIterable<Uint8Array>,
): Promise<{ readonly known: KnownFile | undefined; readonly isWhole: boolean }> {
  const ends = [...new Set(known.map(({ bytes }) => bytes))].filter((bytes) => bytes > 0).sort((a, b) => a - b);
  const digests = new Map<number, string>();
  const hash = createHash("sha256");
  let [position, next, hasMore] = [0, 0, false];
  reading: for await (const chunk of ends.length > 0 ? open() : []) {
    let from = 0;
    for (; next < ends.length && ends[next]! <= position + chunk.length; next++) {
      hash.update(chunk.subarray(from, ends[next]! - position));
      from = ends[next]! - position;
      digests.set(ends[next]!, hash.copy().digest("hex"));
    }
    if (next === ends.length) {
      hasMore = from < chunk.length || hasMore;
      position += chunk.length;
      if (hasMore) break reading;
      continue;
    }
    hash.update(chunk.subarray(from));
    position += chunk.length;
  }
  const found = known
    .filter(({ bytes, digest }) => digests.get(bytes) === digest)
    .reduce<KnownFile | undefined>((a, b) => (a && a.bytes >= b.bytes ? a : b), undefined);
  return { known: found, isWhole: found !== undefined && !hasMore && position === found.bytes };
}
