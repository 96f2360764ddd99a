/**
 * What metering costs a request, beside the bare client and what is written by hand, in one process and in turn, in CPU
 * time. "bare again" is the control: a smaller difference is noise.
 *
 *     npm run bench [-- --quick | --rounds=60]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { OpenAI } from "openai";
import { createMeter, type Meter } from "llm-footprint";

import { answer, eventsOf, fetchFromMemory } from "./answers.ts";
import { calls, callsCountedByHand, fetches, firstTokens, freshClient, streams } from "./clients.ts";
import { callsOfPeers } from "./peers.ts";
import { compare, quantile, type Block, type Comparison } from "./rounds.ts";

const CHUNKS = 200;
/** Only shows that everything runs. */
const quick = process.argv.includes("--quick");
const ROUNDS = Number(/--rounds=(\d+)/.exec(process.argv.join(" "))?.[1] ?? 60);

const budgetsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `budget ${index}`,
    criterion: "co2eGrams" as const,
    limit: "1000000 t",
    window: "month" as const,
    timeZone: "UTC",
    groupBy: ["team"],
    mode: "refuse" as const,
  }));
const [meter, heard, limited, limitedTenfold] = [{}, {}, { budgets: budgetsOf(1) }, { budgets: budgetsOf(10) }].map(
  (options) => createMeter({ labels: ["team"], ...options }),
) as [Meter, Meter, Meter, Meter];
const meters = [meter, heard, limited, limitedTenfold];
heard.on("request", () => undefined);

const wrapped = (by: Meter, options: object): OpenAI =>
  by.wrap(freshClient(options), { labels: { team: "bench" }, provider: "openai" });

/** Warms the arms up until the compiler has seen them, and compares them. */
async function warmAndCompare(comparison: Comparison): Promise<void> {
  const { arms, operations } = comparison;
  for (let round = 0; round < (quick ? 1 : 40); round++) {
    for (const block of Object.values(arms)) {
      await block(quick ? 1 : operations);
      await setImmediate();
    }
  }
  await compare(quick ? { ...comparison, operations: 2, rounds: 2 } : comparison);
}

async function allocatedBytes(block: Block, operations: number): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 15; round++) {
    gc!();
    await setImmediate();
    const before = process.memoryUsage().heapUsed;
    await block(operations);
    samples.push((process.memoryUsage().heapUsed - before) / operations);
  }
  return quantile(samples, 0.5);
}

async function fromMemory(): Promise<void> {
  const options = { fetch: fetchFromMemory(CHUNKS) };
  const bare = calls(freshClient(options));
  const metered = calls(wrapped(meter, options));
  await warmAndCompare({
    title: "a call, from memory",
    arms: {
      bare,
      "bare again": calls(freshClient(options)),
      metered,
      "metered, with a listener": calls(wrapped(heard, options)),
      "metered, one budget": calls(wrapped(limited, options)),
      "metered, ten budgets": calls(wrapped(limitedTenfold, options)),
      "prom-client by hand": callsCountedByHand(freshClient(options)),
      ...(quick ? {} : callsOfPeers(options)),
    },
    operations: 200,
    rounds: ROUNDS,
  });
  // Few enough for the young generation, so that the collector does not come between.
  const [without, with_] = [await allocatedBytes(bare, 100), await allocatedBytes(metered, 100)];
  console.log(`\nallocated per call: ${without.toFixed(0)} B, metered ${(with_ - without).toFixed(0)} B more`);

  await warmAndCompare({
    title: "a call through fetch, from memory",
    arms: {
      bare: fetches(options.fetch),
      "bare again": fetches(fetchFromMemory(CHUNKS)),
      metered: fetches(meter.fetch({ fetch: fetchFromMemory(CHUNKS), labels: { team: "bench" } })),
    },
    operations: 500,
    rounds: ROUNDS,
  });
  for (const [chunks, operations, per] of [
    [5, 40, undefined],
    [CHUNKS, 4, { what: "a chunk", count: CHUNKS }],
    [2_000, 1, { what: "a chunk", count: 2_000 }],
  ] as const) {
    const streaming = { fetch: fetchFromMemory(chunks) };
    await warmAndCompare({
      title: `a stream of ${chunks + 4} events, from memory`,
      arms: {
        bare: streams(freshClient(streaming)),
        "bare again": streams(freshClient(streaming)),
        metered: streams(wrapped(meter, streaming)),
      },
      operations,
      rounds: ROUNDS,
      ...(per && { per }),
    });
  }
}

async function onLoopback(port: number): Promise<void> {
  const options = { baseURL: `http://127.0.0.1:${port}/v1` };
  const [bare, again, metered] = [freshClient(options), freshClient(options), wrapped(meter, options)];
  for (const [title, blockOf, operations] of [
    ["a call, on loopback", calls, 50],
    ["time to the first token, on loopback, by the clock", firstTokens, 5],
  ] as const) {
    const arms = { bare: blockOf(bare), "bare again": blockOf(again), metered: blockOf(metered) };
    await warmAndCompare({ title, arms, operations, rounds: ROUNDS });
  }
}

if (process.argv[2] === "server") {
  const events = eventsOf(CHUNKS);
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      if (text.includes('"stream":true')) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const piece of events) response.write(piece);
        response.end();
      } else response.writeHead(200, { "content-type": "application/json" }).end(answer);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
} else {
  const server = fork(import.meta.filename, ["server"]);
  const [port] = (await once(server, "message")) as [number];
  console.log(`Node.js ${process.version}; differences to the first arm: median, share, quartiles`);
  try {
    await fromMemory();
    await onLoopback(port);
    if (meter.totals().overall.requests.completed === 0) throw new Error("nothing was metered");
  } finally {
    await Promise.all(meters.map((each) => each.close()));
    server.kill();
  }
}
