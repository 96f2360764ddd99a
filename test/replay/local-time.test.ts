import { expect, test } from "vitest";

import { dateNotation, momentOf } from "../../src/formats/moment.ts";
import { notation, replayedText } from "./replayed.ts";

const now = Date.UTC(2026, 10, 26);

test.for<[string, string, "first" | "second" | undefined, string | undefined, string]>([
  ["2026-10-25 01:59:59", "Europe/Paris", undefined, undefined, "2026-10-24T23:59:59.000Z"],
  ["2026-10-25 02:30:00", "Europe/Paris", "first", undefined, "2026-10-25T00:30:00.000Z"],
  ["2026-10-25 02:30:00", "Europe/Paris", "second", undefined, "2026-10-25T01:30:00.000Z"],
  ["2026-10-25T02:30:00+01:00", "Europe/Paris", undefined, undefined, "2026-10-25T01:30:00.000Z"],
  ["2026-10-25 03:00:00", "Europe/Paris", undefined, undefined, "2026-10-25T02:00:00.000Z"],
  ["25/10/2026 02:30", "Europe/Paris", "second", "DD/MM/YYYY", "2026-10-25T01:30:00.000Z"],
  ["46320.104166667", "Europe/Paris", "second", "excel", "2026-10-25T01:30:00.000Z"],
  // Clocks are put back by half an hour there.
  ["2026-04-05 01:45:00", "Australia/Lord_Howe", "first", undefined, "2026-04-04T14:45:00.000Z"],
  ["2026-04-05 01:45:00", "Australia/Lord_Howe", "second", undefined, "2026-04-04T15:15:00.000Z"],
  // A day begins with its first moment: midnight comes twice in Cuba, and not at all in Chile.
  ["2026-11-01", "America/Havana", undefined, undefined, "2026-11-01T04:00:00.000Z"],
  ["2026-09-06", "America/Santiago", undefined, undefined, "2026-09-06T04:00:00.000Z"],
])("%s in %s (%s) is one moment", ([text, timeZone, repeatedHour, format, moment]) => {
  const dates = dateNotation({ timeZone, ...(repeatedHour && { repeatedHour }), ...(format && { format }) });
  expect(new Date(momentOf(text, "t", dates, now)).toISOString()).toBe(moment);
});

test("a time without an offset is rejected in the hour that comes twice, and in the one that is left out", async () => {
  const times = ["2026-10-25 01:30", "2026-10-25 02:30", "2026-03-29 02:30", "2026-03-29 03:30"];
  const rows = `ts,model,in,out\n${times.map((time) => `${time},gpt-4o,10,5\n`).join("")}`;
  const { rejected, records } = await replayedText(rows, {
    mapping: { map: ["startedAt=ts", "model=model", "inputTokens=in", "outputTokens=out"] },
    notation: { ...notation, dates: dateNotation({ timeZone: "Europe/Paris" }) },
  });
  expect(records).toHaveLength(2);
  expect(rejected.map(({ line, reason }) => [line, reason])).toStrictEqual([
    [3, "the time is in an hour that Europe/Paris has twice; say which with --repeated-hour"],
    [4, "the time is in an hour that Europe/Paris leaves out; check --time-zone"],
  ]);
});
