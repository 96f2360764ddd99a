/**
 * What is left in memory after many calls, and what the collector took: bare and metered through `fetch`, each in a
 * process of its own.
 *
 *     npm run build && node bench/memory.ts [calls]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { createMeter } from "llm-footprint";

import { fetchFromMemory } from "./answers.ts";
import { fetches } from "./clients.ts";

interface Left {
  readonly residentMegabytes: number;
  readonly heapMegabytes: number;
  /** In which the application stood still. */
  readonly collectionMicrosecondsPerCall: number;
}

const [mode = "", given = "200000"] = process.argv.slice(2);
const calls = Number(/^\d+$/.test(mode) ? mode : given);
const CALLS_PER_TURN = 20;

async function leftAfter(block: ReturnType<typeof fetches>): Promise<Left> {
  await block(2000);
  const before = process.memoryUsage();
  let milliseconds = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) milliseconds += duration;
  });
  observer.observe({ entryTypes: ["gc"] });
  for (let call = 0; call < calls; call += CALLS_PER_TURN) {
    await block(CALLS_PER_TURN);
    await setImmediate();
  }
  const after = process.memoryUsage();
  observer.disconnect();
  return {
    residentMegabytes: (after.rss - before.rss) / 1e6,
    heapMegabytes: (after.heapUsed - before.heapUsed) / 1e6,
    collectionMicrosecondsPerCall: (milliseconds * 1000) / calls,
  };
}

async function child(arm: string): Promise<Left> {
  const process = fork(import.meta.filename, [arm, String(calls)]);
  return ((await once(process, "message")) as [Left])[0];
}

if (mode === "bare" || mode === "metered") {
  const fetch = fetchFromMemory(5);
  const meter = createMeter({ labels: ["team"] });
  const left = await leftAfter(fetches(mode === "bare" ? fetch : meter.fetch({ fetch, labels: { team: "bench" } })));
  process.send?.(left);
  await meter.close();
} else {
  console.log(`after ${calls} calls, of three runs each`);
  for (const arm of ["bare", "metered", "bare", "metered", "bare", "metered"]) {
    const { residentMegabytes, heapMegabytes, collectionMicrosecondsPerCall } = await child(arm);
    console.log(
      `  ${arm.padEnd(8)} resident +${residentMegabytes.toFixed(0)} MB, heap ${heapMegabytes.toFixed(1)} MB, collector ${collectionMicrosecondsPerCall.toFixed(2)} µs a call`,
    );
  }
}
