/**
 * Reports what today's public names of models rest on, and fails where one has no figure. `--write` brings the list in
 * docs/catalogues up to date.
 */
import { writeFileSync } from "node:fs";
import { format } from "prettier";

import { problemsOf, PUBLIC_NAMES, readPublicNames, resolved } from "./public-names.ts";

const list = resolved(readPublicNames());
if (process.argv.includes("--write")) {
  writeFileSync(PUBLIC_NAMES, await format(JSON.stringify(list), { parser: "json", printWidth: 120 }));
}
const counts = Map.groupBy(list.names, ({ kind, rests_on, reviewed }) => {
  const basis = rests_on === "figure" || rests_on === "none" ? rests_on : reviewed ? "reviewed proxy" : "proxy";
  return `${kind}: ${basis}`;
});
process.stdout.write(`${list.names.length} names, ${list.source}, ${list.retrieved}\n`);
for (const [key, names] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) {
  process.stdout.write(`${String(names.length).padStart(5)}  ${key}\n`);
}
const problems = problemsOf(list);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
