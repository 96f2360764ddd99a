import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

import { ENTRIES } from "./entries.ts";

const DIST = join(import.meta.dirname, "../dist");

/**
 * The public types, one file per entry and one for what they share, without what is internal.
 *
 * @param extension `d.ts`, or `d.cts` for CommonJS
 * @returns texts by file name
 */
export async function declarations(extension: "d.ts" | "d.cts"): Promise<ReadonlyMap<string, string>> {
  await using bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(DIST, `${entry}.d.ts`)])),
    plugins: [dts({ dtsInput: true, emitDtsOnly: true })],
    external: (id) => /^[^./]/.test(id),
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `shared-[name].${extension}`,
    minifyInternalExports: false,
  });
  return new Map(output.map((file) => [file.fileName, file.type === "chunk" ? file.code : String(file.source)]));
}
