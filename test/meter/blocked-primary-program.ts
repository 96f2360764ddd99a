import cluster from "node:cluster";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createMeter, meterPrimary, meterWorker } from "../../src/index.ts";

/** A primary that reads nothing until its workers have ended: one exits, one is killed, one had left its channel before. */
const folder = process.argv[2]!;
const meter = createMeter({ labels: ["worker"], zeroHoldSeconds: 0 });
const REQUESTS = 2_000;
const record = (requests: number): void => {
  for (let n = 0; n < requests; n += 1) {
    meter.record({
      provider: "openai",
      model: "gpt-4o",
      operation: "chat",
      usage: { inputTokens: 10 },
      labels: { worker: process.env["ENDING"]! },
    });
  }
};

if (cluster.isPrimary) {
  meterPrimary(meter);
  const endings = ["exit", "kill", "leave"];
  const workers = endings.map((ENDING) => cluster.fork({ ENDING }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const ended = Promise.all(workers.map((worker) => once(worker, "exit")));
  const left = once(workers[2]!, "disconnect");
  for (const worker of workers) worker.send("go");
  await left;
  // Nothing is read meanwhile.
  const turn = new Int32Array(new SharedArrayBuffer(4));
  while (!endings.every((ending) => existsSync(join(folder, ending)))) Atomics.wait(turn, 0, 0, 20);
  await ended;
  const deadline = performance.now() + 20_000;
  while (meter.totals().overall.requests.completed < 3 * REQUESTS && performance.now() < deadline) await sleep(50);
  await sleep(200);
  process.stdout.write(await meter.metrics());
  process.exit(0);
}

meterWorker(meter);
process.on("uncaughtException", (error) => process.stderr.write(`${error}\n`));
process.send!("ready");
await once(process, "message");
const ending = process.env["ENDING"]!;
if (ending === "leave") {
  record(1);
  cluster.worker!.disconnect();
  await once(process, "disconnect");
  record(REQUESTS - 1);
  await sleep(50);
} else record(REQUESTS);
// A second is what a kill may take, as of a journal.
if (ending === "kill") await sleep(1_000);
writeFileSync(join(folder, ending), "");
if (ending === "kill") process.kill(process.pid, "SIGKILL");
process.exit(0);
