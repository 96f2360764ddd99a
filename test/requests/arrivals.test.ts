import { describe, expect, test } from "vitest";

import { Arrivals } from "../../src/requests/arrivals.ts";
import { Excerpt } from "../../src/transport/excerpt.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Reads chunks through one excerpt; how many of them were remembered. */
function remembered(arrivals: Arrivals, excerpt: Excerpt, chunks: readonly Uint8Array[]): number {
  return chunks.filter((chunk) => {
    excerpt.add(chunk);
    return arrivals.add(excerpt, chunk);
  }).length;
}

describe("the first chunks of a body", () => {
  test("are shown again in order, each with what had come by then and when, until one is enough", () => {
    const arrivals = new Arrivals();
    const before = performance.now();
    expect(remembered(arrivals, new Excerpt(), ["a", "b", "c"].map(bytes))).toBe(3);
    const shown: string[] = [];
    const times: number[] = [];
    arrivals.replay((excerpt, chunk, at) => {
      shown.push(`${excerpt.tail()}:${Buffer.from(chunk).toString()}`);
      times.push(at);
      return shown.length === 2;
    });
    expect(shown).toStrictEqual(["a:a", "ab:b"]);
    expect(times.toSorted((a, b) => a - b)).toStrictEqual(times);
    expect(times[0]).toBeGreaterThanOrEqual(before);
  });

  test.for([
    ["32", 100, 1, 32],
    ["16 KB", 100, 4096, 4],
  ] as const)("are remembered up to %s", ([, count, length, expected]) => {
    const chunks = Array.from({ length: count }, () => new Uint8Array(length));
    expect(remembered(new Arrivals(), new Excerpt(), chunks)).toBe(expected);
  });

  test("are remembered for one reader of it", () => {
    const arrivals = new Arrivals();
    expect(remembered(arrivals, new Excerpt(), [bytes("a")])).toBe(1);
    expect(remembered(arrivals, new Excerpt(), [bytes("a")])).toBe(0);
  });
});
