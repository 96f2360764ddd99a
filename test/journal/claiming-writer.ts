import { openJournal } from "../../src/journal/open-journal.ts";
import { sampleRecord } from "./sample-record.ts";

/** Holds a writer's name until its standard input ends. */
const [path] = process.argv.slice(2) as [string];
const journal = openJournal(path, {
  counters: { restore: () => undefined, series: () => ["all"], stateOf: () => "1" },
});
journal.append(sampleRecord({ id: "held" }), ["all"]);
await journal.flush();
process.stdout.write("ready\n");
process.stdin.resume().on("end", () => void journal.close());
