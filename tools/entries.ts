import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

/** Files beside the entries that are not entries themselves. */
const INTERNAL = ["bundled", "version"];

/** The package's entries: every file directly in `src`, as `index` or the name of a subpath. */
export const ENTRIES: readonly string[] = readdirSync(join(import.meta.dirname, "../src"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"))
  .filter((name) => !INTERNAL.includes(name));

/**
 * What `exports` of package.json has to say of an entry. Bundlers get the single ES modules, Node.js, whether it imports or
 * requires, one bundle of them, so that no process sums twice. CommonJS is for what has no other way, such as Jest's runtime.
 */
export function exportsOf(entry: string): Readonly<Record<string, Readonly<Record<"types" | "default", string>>>> {
  const types = `./dist/${entry}.d.ts`;
  const node = { types, default: `./dist/node/${entry}.js` };
  return {
    module: { types, default: `./dist/${entry === "index" ? "bundled" : entry}.js` },
    "module-sync": node,
    import: node,
    require: { types: `./dist/commonjs/${entry}.d.cts`, default: `./dist/commonjs/${entry}.cjs` },
  };
}
