/** Writes everything in the repository that is generated; CI checks that it changes nothing. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";

import { generatedFiles } from "../grafana/source/generated.ts";
import { configurationJsonSchema } from "./configuration-reference.ts";
import { declarations } from "./declarations.ts";
import { referencePages } from "./reference.ts";

const ROOT = join(import.meta.dirname, "..");

for (const [path, text] of generatedFiles()) {
  writeFileSync(join(ROOT, "grafana", path), text);
  // A chart can only read files of its own.
  if (path.startsWith("rules/")) writeFileSync(join(ROOT, "deploy/helm/llm-footprint", path), text);
}

/** The reference pages. */
const reference = join(ROOT, "docs/reference");

/** The public types: a change of them shows in review. */
const api = join(ROOT, "api");
rmSync(api, { recursive: true, force: true });
mkdirSync(api);
mkdirSync(reference, { recursive: true });
for (const [name, text] of await declarations("d.ts")) writeFileSync(join(api, name), text);

for (const [name, text] of await referencePages()) writeFileSync(join(reference, name), text);

const schema = join(ROOT, "deploy/footprint.schema.json");
writeFileSync(schema, await format(JSON.stringify(configurationJsonSchema), { parser: "json" }));

/** Snapshot files that people read, too: the list of factors, a small exposition, what the commands print. `--update` goes last: it takes what follows for its mode. */
const snapshots = [
  "test/factors/factor-table.test.ts",
  "test/exporters/prometheus/exposition.test.ts",
  "test/cli/terminal.test.ts",
];
execFileSync("npx", ["vitest", "run", ...snapshots, "--update"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
