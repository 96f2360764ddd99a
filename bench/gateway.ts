/**
 * The gateway beside the direct way, nginx, an unmetered proxy and other gateways, in turn and several times: latency,
 * CPU time of the proxy's processes (and how many times that of an unmetered one, round by round), memory, and streams. The provider and the client are processes of their own.
 *
 * `node bench/gateway.ts --npm FOLDER --litellm FOLDER`, after a build; without them, what is here.
 */
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { parseArgs } from "node:util";

import { startArms, type Arm } from "./gateway/arms.ts";
import { cpuMillisecondsOf, processesOf, residentMegabytes } from "./gateway/process-figures.ts";
import { startProvider } from "./gateway/processes.ts";
import { quantile } from "./rounds.ts";

const { values } = parseArgs({
  options: {
    npm: { type: "string" },
    litellm: { type: "string" },
    rounds: { type: "string", default: "3" },
    requests: { type: "string", default: "3000" },
    warm: { type: "string", default: "2000" },
    streams: { type: "string", default: "1000" },
  },
});
const rounds = Number(values.rounds);
const REQUESTS = Number(values.requests);
/** Before the first round, uncounted: an engine that compiles what runs often spends most of its time on that at first. */
const WARMING_REQUESTS = Number(values.warm);
const MOST_STREAMS = Number(values.streams);
/** Of the slowest fewer, so that one run does not take an hour. */
const share = ({ name }: Arm): number => (name.startsWith("LiteLLM") ? 0.1 : 1);

const messages = [{ role: "user", content: "Say something of two hundred and fifty words." }];
const ask = { model: "gpt-4o", messages };
const json = JSON.stringify(ask);

async function exchange(arm: Arm, agent: Agent, body: string): Promise<boolean> {
  const headers = { "content-type": "application/json", authorization: "Bearer sk-secret", ...arm.headers };
  const sent = request(arm.url, { agent, method: "POST", headers }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  let tail = "";
  for await (const chunk of answer as AsyncIterable<Buffer>) tail = (tail + chunk.toString("latin1")).slice(-64);
  return answer.statusCode === 200 && (/\[DONE\]\s*$/.test(tail) || tail.endsWith("}"));
}

interface Figures {
  readonly latency: number[];
  readonly cpu: number[];
  readonly streamCpu: number[];
  readonly whole: Map<number, number>;
  memory: number;
}

const cpuOf = ({ pid }: Arm): number =>
  pid === undefined
    ? 0
    : processesOf(pid)
        .map(cpuMillisecondsOf)
        .reduce((a, b) => a + b);
const memoryOf = ({ pid }: Arm): number =>
  pid === undefined
    ? 0
    : processesOf(pid)
        .map(residentMegabytes)
        .reduce((a, b) => a + b);

async function many(count: number, concurrency: number, one: () => Promise<boolean>): Promise<number> {
  let [next, whole] = [0, 0];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next++ < count) if (await one().catch(() => false)) whole++;
    }),
  );
  return whole;
}

async function measureRequests(arm: Arm, figures: Figures): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (let index = 0; index < 100; index++) {
    const before = performance.now();
    await exchange(arm, agent, json);
    if (index >= 20) figures.latency.push(performance.now() - before);
  }
  const count = Math.round(REQUESTS * share(arm));
  const before = cpuOf(arm);
  const whole = await many(count, 32, () => exchange(arm, agent, json));
  figures.cpu.push(((cpuOf(arm) - before) * 1000) / count);
  if (whole !== count) console.log(`${arm.name}: ${count - whole} of ${count} were not answered`);
  agent.destroy();
}

async function measureStreams(arm: Arm, figures: Figures): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const stream = JSON.stringify({ ...ask, stream: true, stream_options: { include_usage: true } });
  const most = Math.round(MOST_STREAMS * share(arm));
  for (const streams of [1, 32, most]) {
    const before = cpuOf(arm);
    figures.whole.set(streams, await many(streams, streams, () => exchange(arm, agent, stream)));
    if (streams === most) figures.streamCpu.push(((cpuOf(arm) - before) * 1000) / streams);
    figures.memory = Math.max(figures.memory, memoryOf(arm));
  }
  agent.destroy();
}

const provider = await startProvider(25);
const arms = await startArms(provider.url, { npm: values.npm, litellm: values.litellm });
const all = new Map(
  arms.map((arm): [Arm, Figures] => [arm, { latency: [], cpu: [], streamCpu: [], whole: new Map(), memory: 0 }]),
);
try {
  for (const arm of arms) {
    const agent = new Agent({ keepAlive: true });
    await many(Math.round(WARMING_REQUESTS * share(arm)), 32, () => exchange(arm, agent, json));
    agent.destroy();
  }
  // One soon after the other, so that what the machine does besides falls on all of them.
  for (const measure of [measureRequests, measureStreams])
    for (let round = 0; round < rounds; round++)
      for (const arm of round % 2 === 0 ? arms : arms.toReversed()) await measure(arm, all.get(arm)!);
} finally {
  for (const arm of arms) arm.stop();
  provider.stop();
}
/** The unmetered proxy in Node.js, where it is installed. */
const plain = arms.find(({ name }) => name.includes("no meter"));
const timesPlain = (one: keyof Pick<Figures, "cpu" | "streamCpu">, figures: Figures): string => {
  const ofPlain = plain && all.get(plain)![one];
  const ratios = ofPlain ? figures[one].map((cpu, round) => cpu / ofPlain[round]!) : [];
  return ratios.length === 0 ? "" : ` (${quantile(ratios, 0.5).toFixed(2)} ×)`;
};
const directly = quantile(all.get(arms[0]!)!.latency, 0.5);
console.log(
  `| way | added at the median, 1 at a time | CPU of a request, 32 at a time | CPU of a stream of 22 events, ${MOST_STREAMS} at once | memory | streams whole of 1, 32, ${MOST_STREAMS} |`,
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [{ name }, figures] of all) {
  const { latency, cpu, streamCpu, whole, memory } = figures;
  const [low, high] = [Math.min(...cpu), Math.max(...cpu)];
  console.log(
    `| ${name} | ${(quantile(latency, 0.5) - directly).toFixed(2)} ms | ${quantile(cpu, 0.5).toFixed(0)} µs [${low.toFixed(0)} … ${high.toFixed(0)}]${timesPlain("cpu", figures)} | ${quantile(streamCpu, 0.5).toFixed(0)} µs${timesPlain("streamCpu", figures)} | ${memory.toFixed(0)} MB | ${[...whole.values()].join(", ")} |`,
  );
}
