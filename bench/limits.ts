/**
 * What must stay small however much there is: scrapes and ticks of the live page over thousands of label sets, and answers
 * of odd shapes.
 *
 *     node bench/limits.ts
 *
 * After a build.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createMeter, type Meter } from "llm-footprint";

import { answer, eventsOf } from "./answers.ts";
import { freshClient } from "./clients.ts";
import { quantile } from "./rounds.ts";

const ROUNDS = 9;
const URL_OF_CHAT = "https://api.openai.com/v1/chat/completions";
const MODELS = ["gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini", "o3", "o4-mini", "gpt-4.1", "gpt-4.1-mini"];
const milliseconds = (since: number): number => performance.now() - since;

/** Asks an address from a process of its own, so that this one only answers. @returns the bytes of the answer, as they came */
if (process.argv[2] !== undefined) {
  const [, , address, gzip, path] = process.argv as [string, string, string, string, string];
  const sent = request(`${address}${path}`, { headers: gzip === "gzip" ? { "accept-encoding": "gzip" } : {} }).end();
  const [incoming] = (await once(sent, "response")) as [IncomingMessage];
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    process.send!(bytes);
  });
  await once(incoming, "end");
  process.exit(0);
}

/** A server of this process, and what another process gets of it. */
async function served(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (path: string, gzip = false) => {
    const child = fork(import.meta.filename, [address, gzip ? "gzip" : "plain", path]);
    let bytes = 0;
    child.on("message", (seen: number) => (bytes = seen));
    return { child, bytes: () => bytes, ended: once(child, "exit") };
  };
  return { ask, [Symbol.dispose]: () => void server.close() };
}

/** A meter whose requests had so many sets of labels. */
function meterOf(labelSets: number): Meter {
  const meter = createMeter({ labels: ["team"], maxSeries: 1_000_000, maxLabelValues: 100_000, zeroHoldSeconds: 0 });
  for (let index = 0; index < labelSets; index++) {
    const labels = { team: `team ${Math.floor(index / MODELS.length)}` };
    const model = MODELS[index % MODELS.length]!;
    meter.record({
      provider: "openai",
      operation: "chat",
      model,
      labels,
      usage: { inputTokens: 10, outputTokens: 20 },
    });
  }
  return meter;
}

async function scrapes(labelSets: number, gzip: boolean): Promise<void> {
  const meter = meterOf(labelSets);
  const handler = meter.metricsHandler();
  using server = await served((incoming, outgoing) => void handler(incoming, outgoing));
  const figures: { gap: number; cpu: number; bytes: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const asked = server.ask("/metrics", gzip);
    delay.enable();
    const before = process.cpuUsage();
    await asked.ended;
    const { user, system } = process.cpuUsage(before);
    delay.disable();
    figures.push({ gap: delay.max / 1e6, cpu: (user + system) / 1000, bytes: asked.bytes() });
  }
  const of = (name: "gap" | "cpu"): string =>
    quantile(
      figures.map((figure) => figure[name]),
      0.5,
    ).toFixed(1);
  const size = (figures[0]!.bytes / 1e6).toFixed(2);
  console.log(
    `/metrics of ${labelSets} label sets${gzip ? ", gzip" : ""}: ${size} MB, ${of("cpu")} ms of CPU, longest gap ${of("gap")} ms`,
  );
  await meter.close();
}

/** A tick of the live page, while someone looks at it: by the clock, of the event loop that makes it. */
async function ticks(labelSets: number): Promise<void> {
  const meter = meterOf(labelSets);
  const page = meter.dashboard();
  using server = await served((incoming, outgoing) => void page(incoming, outgoing));
  const looking = server.ask("/events");
  while (looking.bytes() === 0) await sleep(20);
  const cpu: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [bytes, before] = [looking.bytes(), process.cpuUsage()];
    meter.record({
      provider: "openai",
      operation: "chat",
      model: "gpt-4o",
      labels: { team: "team 1" },
      usage: { outputTokens: 20 },
    });
    await sleep(1300);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
    sizes.push(looking.bytes() - bytes);
  }
  looking.child.kill();
  console.log(
    `the live page's tick over ${labelSets} label sets: ${quantile(cpu, 0.5).toFixed(1)} ms of CPU, ${(quantile(sizes, 0.5) / 1000).toFixed(1)} kB`,
  );
  page.close();
  await meter.close();
}

/** A body in chunks, read at once. */
const streamOf = (chunks: readonly Uint8Array[]) => (): Promise<Response> => {
  let next = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (next < chunks.length) controller.enqueue(chunks[next++]!);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } }));
};

/** What metering adds to a chunk, in microseconds of CPU: the difference of medians. */
async function addedToChunk(chunks: readonly Uint8Array[]): Promise<number> {
  const meter = createMeter();
  const bare = streamOf(chunks);
  const metered = meter.fetch({ fetch: bare });
  const read = async (fetch: typeof metered): Promise<number> => {
    const body = '{"model":"gpt-4o","stream":true}';
    const before = process.cpuUsage();
    const response = await fetch(URL_OF_CHAT, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    for await (const _chunk of response.body as unknown as AsyncIterable<Uint8Array>);
    await meter.flush();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / chunks.length;
  };
  const [without, with_]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3 * ROUNDS; round++) {
    without.push(await read(bare));
    with_.push(await read(metered));
  }
  await meter.close();
  return quantile(with_, 0.5) - quantile(without, 0.5);
}

async function oddStreams(): Promise<void> {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const text = eventsOf(2000);
  const [head, ...rest] = text;
  const audio = bytes(`data: ${JSON.stringify({ type: "response.audio.delta", delta: "A".repeat(4000) })}\n\n`);
  const kinds: Readonly<Record<string, readonly Uint8Array[]>> = {
    text,
    pings: [head!, ...Array.from({ length: 2000 }, () => bytes(": ping\n\n")), ...rest.slice(-3)],
    audio: [...Array.from({ length: 2000 }, () => audio), ...rest.slice(-2)],
    "one byte each": [...Buffer.concat(eventsOf(10))].map((byte) => Uint8Array.of(byte)),
  };
  for (const [kind, chunks] of Object.entries(kinds)) {
    console.log(
      `a chunk of a stream of ${kind} (${chunks.length}): ${(await addedToChunk(chunks)).toFixed(2)} µs more`,
    );
  }
}

async function nestedUsage(): Promise<void> {
  const depth = 400_000;
  const body = `${'{"usage":'.repeat(depth)}1${"}".repeat(depth)}${" ".repeat(8_000_000 - 10 * depth)}`;
  const flat = answer.replace(/\}$/, `,"more":[${'{"usage":{"prompt_tokens":1}},'.repeat(270_000)}0]}`);
  for (const [name, text] of [
    ["one in the other", body],
    ["one beside the other", flat],
  ] as const) {
    const meter = createMeter();
    const fetch = meter.fetch({
      fetch: () => Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } })),
    });
    const response = await fetch(URL_OF_CHAT, { method: "POST", body: '{"model":"gpt-4o"}' });
    await response.text();
    const started = performance.now();
    await meter.flush();
    const ours = milliseconds(started);
    const parsing = performance.now();
    try {
      JSON.parse(text);
    } catch {
      // Too deep for some engines.
    }
    console.log(
      `8 MB of usages ${name}, read as text: ${ours.toFixed(0)} ms, JSON.parse ${milliseconds(parsing).toFixed(0)} ms`,
    );
    await meter.close();
  }
}

async function longEvent(): Promise<void> {
  for (const size of [500_000, 1_000_000]) {
    const event = eventsOf(1)[1]!;
    const long = new TextDecoder().decode(event).replace(" hello", "x".repeat(size));
    const whole = Buffer.concat([Buffer.from(long), ...eventsOf(1).slice(2)]);
    const chunks = Array.from({ length: Math.ceil(whole.length / 1024) }, (_, index) =>
      whole.subarray(index * 1024, (index + 1) * 1024),
    );
    const meter = createMeter();
    const taken = async (isMetered: boolean): Promise<number> => {
      const options = { fetch: streamOf(chunks) };
      const client = isMetered ? meter.wrap(freshClient(options), { includeUsage: true }) : freshClient(options);
      const before = process.cpuUsage();
      const stream = await client.chat.completions.create({ model: "gpt-4o", messages: [], stream: true });
      for await (const _chunk of stream);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const [without, with_]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      without.push(await taken(false));
      with_.push(await taken(true));
    }
    const added = quantile(with_, 0.5) - quantile(without, 0.5);
    console.log(
      `includeUsage, an event of ${size / 1e6} MB in chunks of 1 KB: ${added.toFixed(1)} ms more, of ${quantile(without, 0.5).toFixed(1)} ms`,
    );
    await meter.close();
  }
}

await scrapes(4000, false);
await scrapes(2000, false);
await scrapes(2000, true);
await ticks(8000);
await oddStreams();
await nestedUsage();
await longEvent();
