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

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#17794a"/><path d="M4 9.5h2l1.5-4 2 6L11 8h1.5" fill="none" stroke="#fff" stroke-width="1.4"/></svg>`;

/** Everything that the page loads, by its path below the page's address: nothing comes from another server. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  // 70 kB of text that only a page being looked at needs.
  const { pageBundle } = await import("./page-bundle.ts");
  const { script, plotStylesheet } = await pageBundle();
  return new Map([
    ["assets/style.css", asset("text/css", STYLESHEET)],
    ["assets/icon.svg", asset("image/svg+xml", ICON)],
    ["assets/uplot.css", asset("text/css", plotStylesheet)],
    [PAGE_SCRIPT, asset("text/javascript", script)],
  ]);
}

function asset(type: string, body: string): Asset {
  const tag = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return { type, body, tag: `"${tag}"` };
}
