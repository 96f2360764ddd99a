import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { compactSlice, dropHours } from "../../src/journal/compaction.ts";
import { readSums, type Period } from "../../src/journal/reading.ts";
import { Store } from "../../src/journal/store.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { failedRecord, sampleRecord } from "./sample-record.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const always: Period = { from: new Date(0), to: new Date("2100-01-01") };
const HOUR = 3_600_000;
const start = Date.parse("2026-11-20T10:00:00Z");

function storeWith(records: RequestRecord[]): Store {
  const store = new Store(join(temporaryFolder(), "footprint.db"), { writer: "main", busySeconds: 1 });
  onTestFinished(() => store.close());
  store.write({ records, hours: [], states: [], synchronous: false });
  return store;
}

const closeTo = (expected: number | undefined) => (actual: number | undefined) =>
  actual === expected || Math.abs(actual! / expected! - 1) < 1e-12;

const rows = (store: Store): unknown =>
  store.database
    .prepare("SELECT (SELECT count(*) FROM request) AS requests, (SELECT count(*) FROM hour) AS hours")
    .get();

const later = Date.now() + HOUR;

test("compaction makes hours of rows and changes no sum", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ minutes: fc.nat(300), failed: fc.boolean(), outputTokens: fc.option(fc.nat(1000)) }), {
        minLength: 1,
        maxLength: 30,
      }),
      (requests) => {
        const store = new Store(":memory:", { writer: "main", busySeconds: 1 });
        const records = requests.map(({ minutes, failed, outputTokens }, index) =>
          (failed ? failedRecord : sampleRecord)({
            id: `r${index}`,
            startedAt: new Date(start + minutes * 60_000),
            ...(outputTokens !== null && { usage: { outputTokens } }),
          }),
        );
        // Twice, so that the second compaction meets hours that are there already.
        for (const half of [records.slice(0, 10), records.slice(10)]) {
          store.write({ records: half, hours: [], states: [], synchronous: false });
          const before = readSums(store.database, always, 3600);
          expect(compactSlice(store, later)).toBe(false);
          const after = readSums(store.database, always, 3600);
          expect(after).toHaveLength(before.length);
          for (const [index, sum] of after.entries()) {
            expect(sum.requests).toBe(before[index]!.requests);
            expect(sum.usage).toStrictEqual(before[index]!.usage);
            expect(sum.footprint?.co2eGrams?.high).toSatisfy(closeTo(before[index]!.footprint?.co2eGrams?.high));
          }
        }
        store.close();
      },
    ),
    { numRuns: 25 },
  );
});

test("only rows written before the limit are summed, a slice at a time", () => {
  const store = storeWith(Array.from({ length: 4500 }, (_, n) => sampleRecord({ id: `r${n}` })));
  expect(compactSlice(store, Date.now() - HOUR)).toBe(false);
  expect(rows(store)).toStrictEqual(expect.objectContaining({ requests: 4500, hours: 0 }));
  expect([compactSlice(store, later), rows(store)]).toStrictEqual([true, expect.objectContaining({ requests: 2500 })]);
  expect([compactSlice(store, later), rows(store)]).toStrictEqual([true, expect.objectContaining({ requests: 500 })]);
  expect(compactSlice(store, later)).toBe(false);
  expect(rows(store)).toStrictEqual(expect.objectContaining({ requests: 0, hours: 1 }));
  expect(readSums(store.database, always)[0]).toMatchObject({ requests: 4500, usage: { outputTokens: 1_800_000 } });
});

test("old hours are dropped, newer ones stay", () => {
  const store = storeWith([sampleRecord(), sampleRecord({ id: "r2", startedAt: new Date(start + 5 * HOUR) })]);
  compactSlice(store, later);
  dropHours(store, start + HOUR);
  expect(readSums(store.database, always, 3600)).toMatchObject([
    { startedAt: new Date(start + 5 * HOUR), requests: 1 },
  ]);
});
