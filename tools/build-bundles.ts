/**
 * Writes two bundles of the ES modules in `dist`: `dist/node`, which Node.js loads in a third of the time of the 280 modules,
 * and `dist/commonjs`, with types of its own, for what cannot take ES modules.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { rolldown, type OutputOptions, type Plugin } from "rolldown";

import { declarations } from "./declarations.ts";
import { ENTRIES } from "./entries.ts";
import { isLazyBuiltin, lazyBuiltins, mayLoadLate } from "./lazy-builtins.ts";

const DIST = join(import.meta.dirname, "../dist");

const inDist = (entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(DIST, file)]));

/** Packages are left out, except those for which the kind of build has no other way. */
const isPackage = (id: string): boolean => /^[^./]/.test(id);

/** Whether a package exists as ES modules only. */
function isOnlyEsModule(specifier: string): boolean {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (builtinModules.includes(name) || name.startsWith("node:")) return false;
  const text = readFileSync(join(DIST, "../node_modules", name, "package.json"), "utf8");
  const { type, exports } = JSON.parse(text) as { readonly type?: string; readonly exports?: unknown };
  return type === "module" && !JSON.stringify(exports ?? "").includes('"require"');
}

/** JSON as text that is parsed: five times as fast as the same in JavaScript, and half the size. */
const jsonAsText: Plugin = {
  name: "json-as-text",
  load: {
    filter: { id: /\.json$/ },
    handler(id) {
      const text = JSON.stringify(JSON.parse(readFileSync(id, "utf8")));
      return { code: `export default JSON.parse(${JSON.stringify(text)});`, moduleType: "js" };
    },
  },
};

async function write(
  input: Record<string, string>,
  external: (id: string, importer: string | undefined) => boolean,
  output: Pick<OutputOptions, "dir" | "format" | "codeSplitting"> & {
    readonly extension: string;
    readonly plugins?: readonly Plugin[];
  },
): Promise<void> {
  const { extension, plugins = [], ...where } = output;
  await using bundle = await rolldown({
    input,
    external,
    platform: "node",
    tsconfig: false,
    plugins: [jsonAsText, ...plugins],
    checks: { preferBuiltinFeature: false },
  });
  await bundle.write({
    ...where,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `shared-[name].${extension}`,
    minifyInternalExports: false,
    // Half of the text, which Node.js would read through at every start; the documentation is in the declarations.
    comments: { jsdoc: false, annotation: true, legal: true },
  });
}

/** What importing the package loads at once: what is imported when it is needed stays apart. */
async function modulesAtStart(): Promise<ReadonlySet<string>> {
  await using bundle = await rolldown({
    input: join(DIST, "index.js"),
    external: isPackage,
    platform: "node",
    tsconfig: false,
  });
  const { output } = await bundle.generate();
  return new Set(output[0].moduleIds);
}

/** In place of `loadDemo`, which looks for TypeScript. */
async function writeDemo(): Promise<void> {
  await using bundle = await rolldown({
    input: join(DIST, "../examples/demo/plain/demo.ts"),
    external: isPackage,
    platform: "node",
    tsconfig: false,
  });
  await bundle.write({
    file: join(DIST, "node/demo-program.js"),
    format: "esm",
    minify: { compress: false, mangle: false },
  });
  writeFileSync(
    join(DIST, "cli/demo-program.js"),
    'export const loadDemo = () => import(new URL("../node/demo-program.js", import.meta.url).href);\n',
  );
}

await writeDemo();
const entries = Object.fromEntries(ENTRIES.map((entry) => [entry, `${entry}.js`]));

// One file for all of it: Node.js takes about a millisecond for each.
const atStart = await modulesAtStart();
const loadsLate = (id: string, importer = ""): boolean => mayLoadLate(id) && atStart.has(importer);
await write(inDist({ ...entries, cli: "cli/main.js" }), (id, importer) => isPackage(id) && !loadsLate(id, importer), {
  dir: join(DIST, "node"),
  format: "esm",
  extension: "js",
  codeSplitting: { groups: [{ name: "meter", test: (id) => atStart.has(id) || isLazyBuiltin(id) }] },
  plugins: [lazyBuiltins],
});

const commonjs = join(DIST, "commonjs");
await write(inDist({ ...entries, index: "bundled.js" }), (id) => isPackage(id) && !isOnlyEsModule(id), {
  dir: commonjs,
  format: "cjs",
  extension: "cjs",
});
for (const [name, text] of await declarations("d.cts")) writeFileSync(join(commonjs, name), text);
