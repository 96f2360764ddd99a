import { createHash } from "node:crypto";

import { STYLESHEET } from "./stylesheet.ts";

export interface Asset {
  readonly type: string;
  readonly body: string;
  /** For `If-None-Match`. */
  readonly tag: string;
}

/** The page's script, as a path below the page's address. */
export const PAGE_SCRIPT = "assets/dashboard/page/main.js";

/** Everything that the page loads, by its path below the page's address: nothing comes from another server. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  // 70 kB of text that only a page being looked at needs.
  const { pageBundle } = await import("./page-bundle.ts");
  const { script, plotStylesheet } = await pageBundle();
  return new Map([
    ["assets/style.css", asset("text/css", STYLESHEET)],
    ["assets/uplot.css", asset("text/css", plotStylesheet)],
    [PAGE_SCRIPT, asset("text/javascript", script)],
  ]);
}

function asset(type: string, body: string): Asset {
  const tag = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return { type, body, tag: `"${tag}"` };
}
