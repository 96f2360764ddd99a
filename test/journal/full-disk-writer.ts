import { openJournal } from "../../src/journal/open-journal.ts";
import { sampleRecord } from "./sample-record.ts";

/** Writes until the disk is full, and says what became of it; the journal must not throw. */
const [path] = process.argv.slice(2) as [string];
let errors = 0;
const journal = openJournal(path, { memoryLimit: 200, onError: () => errors++ });
let acknowledged = 0;
for (let n = 1; errors === 0; n++) {
  journal.append(sampleRecord({ id: `r${n}` }));
  await journal.flush().then(
    () => (acknowledged = n),
    () => undefined,
  );
}
for (let n = 0; n < 300; n++) journal.append(sampleRecord({ id: `late${n}` }));
process.stdout.write(JSON.stringify({ acknowledged, ...journal.status }));
process.exit(0);
