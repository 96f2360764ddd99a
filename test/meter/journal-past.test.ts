import { join } from "node:path";
import { expect, test } from "vitest";

import { journalPast } from "../../src/meter/journal-past.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { writeJournal } from "../report/sample-report.ts";

test("the past of the live page is what the journal holds, by stretches of time and all kinds of request together", () => {
  const path = join(temporaryFolder(), "footprint.db");
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute));
  writeJournal(path, [
    sampleRecord({ id: "a", startedAt: at(1) }),
    sampleRecord({ id: "b", startedAt: at(2), model: "another" }),
    sampleRecord({ id: "c", startedAt: at(40) }),
  ]);
  const past = journalPast(path);
  expect(past.since()).toStrictEqual(at(1));
  const { low, central, high } = sampleRecord().footprint!.co2eGrams!;
  expect(past.buckets(at(0), at(59), 1800)).toMatchObject([
    {
      startSeconds: at(0).getTime() / 1000,
      requests: 2,
      co2eGrams: { low: 2 * low, central: 2 * central, high: 2 * high },
    },
    { startSeconds: at(30).getTime() / 1000, requests: 1, co2eGrams: { low, central, high } },
  ]);
});

test("the past of a journal that cannot be read is empty", () => {
  const past = journalPast(join(temporaryFolder(), "none.db"));
  expect([past.since(), past.buckets(new Date(0), new Date(), 60)]).toStrictEqual([undefined, []]);
});
