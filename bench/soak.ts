import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { createMeter } from "llm-footprint";

/**
 * Requests, streams, aborts, labels, budgets, journal, live page and scrapes together, for a bounded time; then what is
 * left of them: heap, handles, listeners, reservations. Ends with status 1 where anything is.
 *
 * `npm run soak -- --minutes 10`
 */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 60)) throw new Error(`--minutes: expected a number up to 60, got ${values.minutes}`);

const CONCURRENCY = 20;
const TEAMS = 300;
const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const delta = event({ model: "gpt-4o", choices: [{ delta: { content: "word " } }] });
const usage = event({ model: "gpt-4o", choices: [], usage: { prompt_tokens: 7, completion_tokens: 4 } });
const whole = JSON.stringify({ model: "gpt-4o", usage: { prompt_tokens: 7, completion_tokens: 4 } });

/** What the provider does, and what the application does with the answer. */
const KINDS = ["json", "stream", "slow", "error", "broken", "left", "aborted", "unread"] as const;

function answer(incoming: IncomingMessage, response: ServerResponse): void {
  const kind = incoming.headers["x-kind"];
  incoming.resume();
  if (kind === "json") return void response.setHeader("content-type", "application/json").end(whole);
  if (kind === "error") return void response.writeHead(500).end("{}");
  response.setHeader("content-type", "text/event-stream");
  response.write(delta.repeat(3));
  if (kind === "broken") return void response.destroy();
  const end = (): void => void response.end(`${delta}${usage}data: [DONE]\n\n`);
  if (kind === "stream") end();
  else setTimeout(end, 20);
}

const folder = mkdtempSync(join(tmpdir(), "llm-footprint-soak-"));
const meter = createMeter({
  labels: ["team"],
  journal: join(folder, "footprint.db"),
  budgets: [
    { name: "all", criterion: "co2eGrams", limit: "1 t", window: "day", mode: "refuse" },
    { name: "by team", criterion: "requests", limit: 1e9, window: "rolling 1h", mode: "refuse", groupBy: ["team"] },
  ],
});
const page = meter.dashboard();
const metrics = meter.metricsHandler();
const server = createServer((incoming, response) => {
  if (incoming.url?.startsWith("/v1/")) answer(incoming, response);
  else if (incoming.url === "/metrics") void metrics(incoming, response);
  else void page(incoming, response);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const metered = meter.fetch({ provider: "openai", zone: "USA" });

const shared = new AbortController();
const done = new Map<string, number>();

async function one(number: number): Promise<void> {
  const kind = KINDS[number % KINDS.length]!;
  const own = new AbortController();
  const signal = AbortSignal.any([shared.signal, own.signal]);
  const body = JSON.stringify({ model: "gpt-4o", stream: kind !== "json", messages: [] });
  await meter.withLabels({ team: `team ${number % TEAMS}` }, async () => {
    try {
      const response = await metered(`${origin}/v1/chat/completions`, {
        method: "POST",
        headers: { "x-kind": kind, "content-type": "application/json" },
        body,
        signal,
      });
      if (kind === "aborted") own.abort();
      if (kind === "left") await response.body!.cancel();
      else if (kind !== "unread") await response.text();
    } catch {
      // Broken and aborted ones are meant to be.
    }
  });
  done.set(kind, (done.get(kind) ?? 0) + 1);
}

const until = performance.now() + minutes * 60_000;
const goOn = (): boolean => performance.now() < until;
let next = 0;
const requests = Array.from({ length: CONCURRENCY }, async () => {
  while (goOn()) await one(next++);
});
let scrapes = 0;
const scraping = (async () => {
  for (; goOn(); scrapes += 1) {
    await (await fetch(`${origin}/metrics`)).text();
    await sleep(250);
  }
})();
let visits = 0;
const visiting = (async () => {
  for (; goOn(); visits += 1) {
    await new Promise<void>((resolve) => {
      const visit = httpRequest(`${origin}/events`, (stream) => stream.resume()).on("error", () => resolve());
      visit.on("close", () => resolve()).end();
      setTimeout(() => visit.destroy(), 500);
    });
  }
})();

const heapMegabytes = async (): Promise<number> => {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.();
    await sleep(50);
  }
  return process.memoryUsage().heapUsed / 1e6;
};
await sleep(Math.min(10_000, minutes * 15_000));
const heapBefore = await heapMegabytes();
await Promise.all([...requests, scraping, visiting]);
for (let round = 0; round < 10; round += 1) {
  globalThis.gc?.(); // bodies that nobody reads are settled by it
  await sleep(100);
}
await meter.flush();
const heapAfter = await heapMegabytes();

const { overall, errors } = meter.totals();
const counted = Object.values(overall.requests).reduce((sum, count) => sum + count, 0);
const sent = [...done.values()].reduce((sum, count) => sum + count, 0);
const reserved = meter.budgets().reduce((sum, budget) => sum + budget.reserved, 0);
const failures = Object.entries(errors).filter(([, count]) => count > 0);
await meter.close();
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));
rmSync(folder, { recursive: true });
await sleep(200);
const handles = process.getActiveResourcesInfo().filter((kind) => !/^(TTYWrap|PipeWrap|Timeout|FSReq)/.test(kind));

console.log(`${sent} requests (${[...done].map(([kind, count]) => `${count} ${kind}`).join(", ")})`);
console.log(`${counted} counted, ${scrapes} scrapes, ${visits} visits of the live page`);
console.log(`heap ${heapBefore.toFixed(1)} MB after the beginning, ${heapAfter.toFixed(1)} MB at the end`);
console.log(`${reserved} reserved, handles left: ${handles.join(", ") || "none"}, errors: ${JSON.stringify(failures)}`);
const isSound = counted === sent && reserved === 0 && handles.length === 0 && failures.length === 0;
process.exit(isSound && heapAfter < heapBefore * 1.5 + 20 ? 0 : 1);
