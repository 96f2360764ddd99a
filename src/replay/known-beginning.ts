import { createHash } from "node:crypto";

import type { KnownFile } from "../journal/imports/file-ledger.ts";
import { isListEnd } from "./content-digest.ts";

/**
 * The file that was read before and whose content this one begins with: the same under whatever name, or grown since.
 *
 * @param open the content; it is read as far as a known file goes
 * @returns that file, and the bytes of this content where nothing follows but the end of a list
 */
export async function knownBeginning(
  known: readonly KnownFile[],
  open: () => AsyncIterable<Uint8Array>,
): Promise<{ readonly known: KnownFile | undefined; readonly size: number | undefined }> {
  const ends = [...new Set(known.map(({ bytes }) => bytes))].filter((bytes) => bytes > 0).sort((a, b) => a - b);
  const digests = new Map<number, string>();
  const hash = createHash("sha256");
  // Known ends behind which nothing more has come.
  let last: number[] = [];
  let [position, next] = [0, 0];
  for await (const chunk of ends.length > 0 ? open() : []) {
    let from = 0;
    for (; next < ends.length && ends[next]! <= position + chunk.length; next++) {
      hash.update(chunk.subarray(from, ends[next]! - position));
      from = ends[next]! - position;
      digests.set(ends[next]!, hash.copy().digest("hex"));
      last.push(ends[next]!);
    }
    last = last.filter((end) => isListEnd(chunk.subarray(Math.max(0, end - position))));
    position += chunk.length;
    if (next === ends.length && last.length === 0) break;
    hash.update(chunk.subarray(from));
  }
  const found = known
    .filter(({ bytes, digest }) => digests.get(bytes) === digest)
    .reduce<KnownFile | undefined>((a, b) => (a && a.bytes >= b.bytes ? a : b), undefined);
  return { known: found, size: found && last.includes(found.bytes) ? position : undefined };
}
