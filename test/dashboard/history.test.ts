import { expect, test } from "vitest";

import { History } from "../../src/dashboard/history.ts";
import { failedRecord, sampleRecord } from "../journal/sample-record.ts";

const at = (seconds: number) => new Date(seconds * 1000);

test("adds up what ends within a stretch, and forgets the oldest", () => {
  const history = new History(5, 2);
  history.add(sampleRecord(), at(100));
  history.add(sampleRecord(), at(104.9));
  history.add(failedRecord(), at(105));
  expect(history.since(0)).toMatchObject([
    {
      startSeconds: 100,
      requests: 2,
      co2eGrams: { low: 1.14, central: 2.28, high: 4.56 },
      waterLitres: { central: 0.09 },
    },
    { startSeconds: 105, requests: 1 },
  ]);
  expect(history.since(105)[0]).not.toHaveProperty("co2eGrams");
  history.add(sampleRecord(), at(120));
  expect(history.since(0).map(({ startSeconds }) => startSeconds)).toStrictEqual([105, 120]);
});

test("a clock that is set back loses nothing", () => {
  const history = new History(5, 10);
  history.add(sampleRecord(), at(200));
  history.add(sampleRecord(), at(100));
  expect(history.since(0)).toMatchObject([{ startSeconds: 200, requests: 2 }]);
});
