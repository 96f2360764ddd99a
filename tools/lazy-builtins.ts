import type { Plugin } from "rolldown";

/** What importing the package need not load, and what takes milliseconds to load: to import one also reads all that it exports. */
const LAZY = [
  "node:crypto",
  "node:fs",
  "node:net",
  "node:os",
  "node:stream",
  "node:stream/promises",
  "node:util",
  "node:zlib",
];

const PREFIX = "\0lazy:";

/** Whether a module is one of Node.js that may load later. */
export const mayLoadLate = (specifier: string): boolean => LAZY.includes(specifier);

export const isLazyBuiltin = (id: string): boolean => id.startsWith(PREFIX);

/**
 * Lets modules of Node.js load when a function of theirs is first called, or a class first made: a class of theirs cannot be
 * extended, and what is neither, such as `constants`, is not there, which fails the build.
 */
export const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  resolveId: (specifier) => (mayLoadLate(specifier) ? PREFIX + specifier : undefined),
  load(id) {
    if (!isLazyBuiltin(id)) return undefined;
    const name = id.slice(PREFIX.length);
    const functions = Object.entries(process.getBuiltinModule(name) as Record<string, unknown>)
      .filter(([, value]) => typeof value === "function")
      .map(
        ([key]) => `export function ${key}(...given) {
  return new.target ? Reflect.construct(builtin().${key}, given) : builtin().${key}(...given);
}`,
      );
    return {
      code: `let loaded;
const builtin = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(name)}));
${functions.join("\n")}`,
      moduleType: "js",
      moduleSideEffects: false,
    };
  },
};
