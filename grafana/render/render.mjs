// node grafana/render/render.mjs <directory for the pictures>
// Makes up the history, starts Prometheus on it, and photographs each dashboard in Debian's chromium.
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { writeHistory } from "../history/history.ts";
import { LOOKBACK } from "../history/recording.ts";
import { importHistory, startPrometheus } from "../stack/servers.ts";

const HERE = import.meta.dirname;
const END = new Date("2026-11-23T15:00:00Z");
/** By where a dashboard's time begins. */
const STARTS = { "now/M": new Date("2026-11-01T00:00:00Z"), "now-7d": new Date("2026-11-16T15:00:00Z") };
const pictures = resolve(process.argv[2] ?? "docs/pictures");
mkdirSync(pictures, { recursive: true });

const directory = mkdtempSync(join(tmpdir(), "llm-footprint-render-"));
await build({
  entryPoints: [join(HERE, "page.jsx")],
  bundle: true,
  format: "esm",
  jsx: "automatic",
  outfile: join(directory, "page.js"),
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".svg": "dataurl", ".woff2": "dataurl", ".woff": "dataurl", ".ttf": "dataurl" },
  logLevel: "error",
});
writeFileSync(join(directory, "prometheus.yml"), "global: {}\n");
await writeHistory(END, join(directory, "history.om"));
importHistory(join(directory, "history.om"), directory);
const prometheus = await startPrometheus(directory, join(directory, "prometheus.yml"), [
  `--query.lookback-delta=${LOOKBACK}`,
]);

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/page.css"><body style="margin:0"><div id="root"></div><script type="module" src="/page.js"></script>`;
const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  if (path.startsWith("/api/")) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch(prometheus.url + path, { method: "POST", body: Buffer.concat(chunks), headers });
    response.end(await answer.text());
  } else if (path === "/") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  else {
    const type = { js: "text/javascript", css: "text/css", json: "application/json" }[path.split(".").at(-1)];
    response.writeHead(200, { "content-type": type ?? "application/octet-stream" });
    createReadStream(path.startsWith("/dashboards/") ? join(HERE, "..", path) : join(directory, path))
      .on("error", () => response.end())
      .pipe(response);
  }
}).listen(0, "127.0.0.1");
await once(server, "listening");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const file of readdirSync(join(HERE, "../dashboards"))) {
    const dashboard = file.replace(".json", "");
    const page = await browser.newPage({ viewport: { width: 1512, height: 1046 } });
    page.on("pageerror", (error) => console.error(dashboard, error.message));
    await page.clock.setFixedTime(END);
    const { time } = JSON.parse(readFileSync(join(HERE, "../dashboards", file), "utf8"));
    const query = new URLSearchParams({ dashboard, start: STARTS[time.from] / 1000, end: END / 1000 });
    await page.goto(`http://127.0.0.1:${server.address().port}/?${query}`);
    await page.waitForFunction(() => document.title.startsWith("height"), undefined, { timeout: 60_000 });
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(pictures, `${dashboard}.png`), fullPage: true });
    if (dashboard === "llm-footprint-overview") {
      await page.screenshot({
        path: join(pictures, "overview-top.png"),
        clip: { x: 0, y: 0, width: 1512, height: 1046 },
      });
    }
    console.log(join(pictures, `${dashboard}.png`));
  }
} finally {
  await browser.close();
  server.close();
  await prometheus.stop();
  rmSync(directory, { recursive: true });
}
