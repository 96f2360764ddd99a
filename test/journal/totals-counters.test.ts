import { join } from "node:path";
import { expect, test } from "vitest";

import { openJournal } from "../../src/journal/open-journal.ts";
import { totalsCounters } from "../../src/journal/totals-counters.ts";
import { newAmounts, offsetOfSlot, slotOf } from "../../src/model/amounts.ts";
import { createTotals, type Totals } from "../../src/totals/totals.ts";
import { sampleRecord } from "./sample-record.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A meter's life: totals continued from the journal, some requests, and the end. */
async function live(path: string, labelNames: string[], teams: string[]): Promise<Totals> {
  const totals = createTotals({ labelNames, now: () => 0 });
  const counters = totalsCounters(totals);
  const journal = openJournal(path, { counters });
  const amounts = newAmounts();
  const slot = slotOf("co2eGrams", "undivided");
  amounts.set([0.1, 0.2, 0.7], offsetOfSlot(slot));
  for (const [index, team] of teams.entries()) {
    const record = sampleRecord({ id: `${team}${index}`, labels: { team, feature: "f" } });
    const set = totals.series(record);
    const { timeToFirstTokenSeconds, ...contribution } = record;
    totals.add(set, { ...contribution, timeToFirstTokenSeconds, amounts, slots: 1 << slot, evidence: "operator_lca" });
    journal.append(record, counters.seriesOf(set));
  }
  await journal.close();
  return totals;
}

test("totals after restarts are, bit for bit, those of a process that never stopped", async () => {
  const teams = ["search", "support", "search", "search", "research", "support"];
  const restarted = join(temporaryFolder(), "footprint.db");
  await live(restarted, ["team"], teams.slice(0, 2));
  await live(restarted, ["team"], teams.slice(2, 3));
  await live(restarted, ["team"], []);
  const continued = await live(restarted, ["team"], teams.slice(3));
  const uninterrupted = await live(join(temporaryFolder(), "footprint.db"), ["team"], teams);
  const sorted = ({ labelSets, models, ...rest }: ReturnType<Totals["snapshot"]>) => ({
    ...rest,
    models,
    labelSets: labelSets.toSorted((a, b) => (a.labels["team"]! < b.labels["team"]! ? -1 : 1)),
  });
  const [actual, expected] = [sorted(continued.snapshot()), sorted(uninterrupted.snapshot())];
  expect(actual.labelSets).toStrictEqual(expected.labelSets);
  expect(actual.models).toStrictEqual(expected.models);
  expect(actual.overall.requests).toStrictEqual({ completed: 6, abandoned: 0, failed: 0 });
});

test("nothing is counted twice when the declared labels change", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  await live(path, ["team"], ["search", "support"]);
  await live(path, ["team", "feature"], ["search"]);
  const totals = await live(path, [], ["search"]);
  expect(totals.snapshot().overall.requests.completed).toBe(4);
  expect(totals.labelSets).toHaveLength(1);
});
