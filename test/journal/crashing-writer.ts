import { openJournal } from "../../src/journal/open-journal.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { sampleRecord } from "./sample-record.ts";

/**
 * Appends numbered records until it is killed, and says on standard output which ones were acknowledged.
 * Its counter is the number of its records; it leaves with status 3 when that is not what the journal holds, as rows and
 * as what a budget would count.
 */
const [path, writer] = process.argv.slice(2) as [string, string];
const state = { requests: 0, grams: 0 };
const journal = openJournal(path, {
  writer,
  batchSeconds: 0.002,
  batchSize: 20,
  counters: {
    restore: (states) => void Object.assign(state, JSON.parse(states.get("all") ?? "{}")),
    series: () => ["all"],
    stateOf: () => JSON.stringify(state),
  },
});

let [rows, grams] = [0, 0];
{
  using reader = openJournalReader(path);
  for (const record of reader.records({ from: new Date(0), to: new Date("2100-01-01") })) {
    if (record.labels["writer"] !== writer) continue;
    rows++;
    grams += record.footprint!.co2eGrams!.central;
  }
}
/** As sums of quarters of an hour, and of six hours. */
const spent = [0, Infinity].map((fineFrom) =>
  journal
    .pastSpends({ from: 0, fineFrom, slotMilliseconds: 86_400_000, criteria: new Set() })
    .reduce((sum, { requests }) => sum + requests, 0),
);
if (rows !== state.requests || grams !== state.grams || spent.some((sum) => sum !== rows)) {
  const counted = `counter ${JSON.stringify(state)}, journal ${rows} rows, ${grams} g, ${spent.join(" and ")} spent`;
  process.stderr.write(`${writer}: ${counted}\n`);
  process.exit(3);
}

for (;;) {
  for (let n = Math.ceil(Math.random() * 30); n > 0; n--) {
    const record = sampleRecord({ id: `${writer}-${state.requests + 1}`, labels: { writer } });
    state.requests++;
    state.grams += record.footprint!.co2eGrams!.central;
    journal.append(record, ["all"]);
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await journal.flush();
  process.stdout.write(`${state.requests}\n`);
}
