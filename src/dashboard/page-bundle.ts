import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the page loads, as text: bundlers carry it along, and no file is looked for at run time. */
export interface PageBundle {
  readonly script: string;
  /** The stylesheet of the plotting library. */
  readonly plotStylesheet: string;
}

/**
 * Bundles the page where the sources are run as they are. In the package this module holds the result: `npm run build`
 * replaces it.
 */
export async function pageBundle(): Promise<PageBundle> {
  const { rolldown } = await import("rolldown");
  const input = join(import.meta.dirname, "page/main.ts");
  await using bundle = await rolldown({ input, platform: "browser", tsconfig: false });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const plot = dirname(createRequire(import.meta.url).resolve("uplot/package.json"));
  const license = await readFile(join(plot, "LICENSE"), "utf8");
  return {
    script: `/*\nuPlot, which is part of this file:\n\n${license.trim()}\n*/\n${output[0].code}`,
    plotStylesheet: await readFile(join(plot, "dist/uPlot.min.css"), "utf8"),
  };
}
