import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { STYLESHEET } from "./stylesheet.ts";

export interface Asset {
  readonly type: string;
  readonly body: string;
  /** For `If-None-Match`. */
  readonly tag: string;
}

/** `.js` as published, `.ts` where the sources are run as they are. */
const EXTENSION = extname(fileURLToPath(import.meta.url));
const HERE = dirname(fileURLToPath(import.meta.url));

/** The page's first module, as a path below the page's address. */
export const MAIN_MODULE = `assets/dashboard/page/main${EXTENSION}`;

/** What the page's modules import from other rooms. */
const SHARED_MODULES = [`report/quantity${EXTENSION}`, `model/footprint${EXTENSION}`, `model/criteria${EXTENSION}`];

/** Names that the page's modules import which are no relative paths. */
export const IMPORT_MAP = JSON.stringify({ imports: { uplot: "./assets/uplot.js" } });

/** Everything that the page loads, by its path below the page's address: nothing comes from another server. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const uplot = dirname(createRequire(import.meta.url).resolve("uplot/package.json"));
  const assets = new Map<string, Asset>([
    ["assets/style.css", asset("text/css", STYLESHEET)],
    ["assets/uplot.css", asset("text/css", readFileSync(join(uplot, "dist/uPlot.min.css"), "utf8"))],
    ["assets/uplot.js", asset("text/javascript", readFileSync(join(uplot, "dist/uPlot.esm.js"), "utf8"))],
  ]);
  const modules = readdirSync(join(HERE, "page")).filter((name) => name.endsWith(EXTENSION));
  // The page's addresses mirror the folders, so that relative imports hold.
  for (const path of [...modules.map((name) => `dashboard/page/${name}`), ...SHARED_MODULES]) {
    assets.set(`assets/${path}`, asset("text/javascript", moduleText(join(HERE, "..", path))));
  }
  return assets;
}

function moduleText(path: string): string {
  const text = readFileSync(path, "utf8");
  return EXTENSION === ".ts" ? stripTypeScriptTypes(text) : text;
}

function asset(type: string, body: string): Asset {
  const tag = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return { type, body, tag: `"${tag}"` };
}
