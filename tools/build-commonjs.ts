/** Writes `dist/commonjs` from the ES modules in `dist`: one file per entry, its types, and what the entries share. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

import { declarations } from "./declarations.ts";
import { ENTRIES } from "./entries.ts";

const DIST = join(import.meta.dirname, "../dist");
const COMMONJS = join(DIST, "commonjs");

/** Dependencies that exist as ES modules only and become part of the build. */
const INLINED = /^temporal-/;

await using bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(DIST, `${entry === "index" ? "bundled" : entry}.js`)])),
  platform: "node",
  external: (id) => /^[^./]/.test(id) && !INLINED.test(id),
  tsconfig: false,
});
await bundle.write({
  dir: COMMONJS,
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "shared-[name].cjs",
  minifyInternalExports: false,
});
for (const [name, text] of await declarations("d.cts")) writeFileSync(join(COMMONJS, name), text);
