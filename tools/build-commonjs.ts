/** Writes `dist/commonjs` from the ES modules in `dist`: one file per entry, its types, and what the entries share. */
import { readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

import { declarations } from "./declarations.ts";
import { ENTRIES } from "./entries.ts";

const DIST = join(import.meta.dirname, "../dist");
const COMMONJS = join(DIST, "commonjs");

/** Whether a package exists as ES modules only, and so has to become part of the build. */
function onlyEsModule(specifier: string): boolean {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (builtinModules.includes(name) || name.startsWith("node:")) return false;
  const text = readFileSync(join(DIST, "../node_modules", name, "package.json"), "utf8");
  const { type, exports } = JSON.parse(text) as { readonly type?: string; readonly exports?: unknown };
  return type === "module" && !JSON.stringify(exports ?? "").includes('"require"');
}

await using bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(DIST, `${entry === "index" ? "bundled" : entry}.js`)])),
  platform: "node",
  external: (id) => /^[^./]/.test(id) && !onlyEsModule(id),
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
