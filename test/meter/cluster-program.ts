import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isMainThread, Worker } from "node:worker_threads";

import { createMeter, meterPrimary, meterWorker } from "../../src/index.ts";
import { answering } from "./answering.ts";

/** An application of one primary, two workers of a cluster and two threads, of which some die. */
const meter = createMeter({ labels: ["worker"], zeroHoldSeconds: 0 });
const REQUESTS = 50;

if (cluster.isPrimary && isMainThread) {
  meterPrimary(meter);
  const workers = ["exits", "stays"].map((ending) => cluster.fork({ ENDING: ending }));
  const threads = ["exits", "stays"].map(
    (ending) => new Worker(new URL(import.meta.url), { env: { ...process.env, ENDING: ending } }),
  );
  const said = (worker: { on(event: "message", listener: (message: unknown) => void): unknown }): Promise<void> =>
    new Promise((resolve) => {
      worker.on("message", (message) => {
        if (message === "done") resolve();
      });
    });
  const ended = Promise.all([...workers, ...threads].map((worker) => once(worker, "exit")));
  await Promise.all([...workers, ...threads].map(said));
  workers[1]!.process.kill("SIGKILL");
  await threads[1]!.terminate();
  await ended;
  // On a busy machine an end is seen before what was sent ahead of it: a timer that is late fires before messages are read.
  const deadline = performance.now() + 20_000;
  const counted = (): number => meter.totals().overall.requests.completed;
  while (counted() < 4 * REQUESTS && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // What were counted twice would come now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.stdout.write(await meter.metrics());
  process.exit(0);
}

meterWorker(meter);
const provider = createServer(answering).listen({ port: 0, host: "127.0.0.1", exclusive: true });
await new Promise((resolve) => provider.once("listening", resolve));
const { port } = provider.address() as AddressInfo;
const fetch = meter.fetch({
  provider: "openai",
  zone: "USA",
  labels: { worker: cluster.isPrimary ? "thread" : "process" },
});
const body = JSON.stringify({ model: "gpt-4o-mini", messages: [] });
await Promise.all(
  Array.from({ length: REQUESTS }, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", body });
    await answer.json();
  }),
);
const exits = process.env["ENDING"] === "exits";
if (exits) {
  const streamed = JSON.stringify({ model: "gpt-4o-mini", stream: true, messages: [] });
  const headers = { "x-open": "yes" };
  const open = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", body: streamed, headers });
  await open.body!.getReader().read();
}
// One that is killed has settled; one that exits does so as it goes.
if (!exits) await meter.flush();
if (cluster.isPrimary) (await import("node:worker_threads")).parentPort!.postMessage("done");
else process.send!("done");
if (exits) process.exit(0);
setInterval(() => undefined, 1_000);
