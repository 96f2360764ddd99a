/**
 * 200,000 exchanges through the gateway, a fifth of them streams that are left, with a journal, budgets, labels and
 * scrapes; then what is left of them: memory after all garbage was collected, sockets and other handles. Ends with status 1
 * where a request is lost or counted twice, or memory has grown.
 *
 * `node bench/gateway-soak.ts --exchanges 200000`, after a build
 */
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { cpuMillisecondsOf } from "./gateway/process-figures.ts";
import { startGateway, startProvider } from "./gateway/processes.ts";

const { values } = parseArgs({ options: { exchanges: { type: "string", default: "200000" } } });
const exchanges = Number(values.exchanges);
if (!(exchanges >= 100 && exchanges <= 1_000_000)) throw new Error("--exchanges: expected 100 to 1,000,000");

const CONCURRENCY = 64;
/** From the second look to the last: the ids of the last 200,000 answers take up to 20. */
const MOST_GROWTH_MEGABYTES = 30;
const KINDS = ["json", "json", "stream", "left", "json"] as const;
const MORE = `labels:
  team: { header: x-footprint-team }
journal: FOLDER/footprint.db
`;

const provider = await startProvider(1);
const gateway = await startGateway(provider.url, MORE, true);
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
const done = { json: 0, stream: 0, left: 0 };

async function one(number: number): Promise<void> {
  const kind = KINDS[number % KINDS.length]!;
  const body = `{"model":"gpt-4o","messages":[]${kind === "json" ? "" : ',"stream":true,"stream_options":{"include_usage":true}'}}`;
  const sent = request(`${gateway.url}/local/v1/chat/completions`, {
    agent,
    method: "POST",
    headers: { "content-type": "application/json", "x-footprint-team": `team ${number % 300}` },
  });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  if (kind === "left") {
    await once(answer, "data");
    answer.destroy();
  } else {
    answer.resume();
    await once(answer, "end");
  }
  done[kind] += 1;
}

async function metrics(): Promise<string> {
  return (await fetch(`${gateway.url}/metrics`)).text();
}

async function outcomes(): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const [, outcome, value] of (await metrics()).matchAll(
    /^llm_footprint_requests_total\{.*outcome="(\w+)".*\} (\d+)$/gm,
  ))
    counted[outcome!] = (counted[outcome!] ?? 0) + Number(value);
  return counted;
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);

let next = 0;
async function run(upTo: number): Promise<void> {
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < upTo) await one(next++);
    }),
  );
}

let scraping = true as boolean;
async function scrape(): Promise<void> {
  while (scraping) {
    await metrics();
    await sleep(1000);
  }
}
const scrapes = scrape();
/** After how many tenths of the exchanges the memory is looked at. */
const LOOKS = [1, 2, 4, 6, 8, 10];
const heaps: number[] = [];
let cpu = 0;
for (const tenths of LOOKS) {
  const [cpuBefore, startedAt] = [cpuMillisecondsOf(gateway.pid), next];
  await run(Math.ceil((exchanges * tenths) / 10));
  cpu = ((cpuMillisecondsOf(gateway.pid) - cpuBefore) * 1000) / (next - startedAt);
  const { heapUsed, external, rss, resources } = await gateway.memoryLeft();
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  heaps.push(heapUsed + external);
  console.log(
    `after ${next}: heap ${megabytes(heapUsed)}, external ${megabytes(external)}, resident ${megabytes(rss)}, ${JSON.stringify(resources)}; ${cpu.toFixed(0)} µs of CPU each`,
  );
}
scraping = false;
await scrapes;
agent.destroy();
await sleep(1000);
const { resources } = await gateway.memoryLeft();
console.log(`when all clients have left: ${JSON.stringify(resources)}`);
/** New series are held at 0 for a minute. */
const until = performance.now() + 120_000;
let counted = await outcomes();
while (sum(counted) < exchanges && performance.now() < until) {
  await sleep(5000);
  counted = await outcomes();
}
const { completed = 0, abandoned = 0, ...others } = counted;
gateway.stop();
provider.stop();

console.log(`${exchanges} exchanges: ${JSON.stringify(done)}`);
console.log(`counted: ${completed} completed, ${abandoned} abandoned, others ${JSON.stringify(others)}`);
const grownMegabytes = (heaps.at(-1)! - heaps[1]!) / 2 ** 20;
// A stream that ended before it was left is complete.
const isCounted = completed + abandoned === exchanges && completed >= done.json + done.stream;
const isSound = isCounted && grownMegabytes < MOST_GROWTH_MEGABYTES;
process.exit(isSound ? 0 : 1);
