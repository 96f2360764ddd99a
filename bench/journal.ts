/**
 * What the journal costs: `append` on the request path, and a batch that is written beside it.
 *
 *     node bench/journal.ts [records]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import { openJournal } from "../src/journal/open-journal.ts";
import { createAttribute } from "../src/attribution/selection/attribute.ts";
import { Recorder } from "../src/records/recorder.ts";
import { createTotals } from "../src/totals/totals.ts";
import { PAST_REQUEST } from "../src/formats/past-request.ts";

const records = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), "llm-footprint-bench-"));
const totals = createTotals({ labelNames: [], now: () => 0 });
const recorder = new Recorder(createAttribute({}), totals, () => undefined);
const ended = {
  ...PAST_REQUEST,
  id: "",
  provider: "mistral_ai",
  operation: "chat",
  requestedModel: "mistral-large-2407",
  labels: { team: "search", feature: "summarise" },
  startedAtMilliseconds: Date.now(),
  usage: { inputTokens: 100, outputTokens: 400 },
  usageSource: "reported",
} as const;
const record = recorder.add(ended, true)!;

try {
  const journal = openJournal(join(folder, "footprint.db"));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let appendMilliseconds = 0;
  const started = performance.now();
  for (let n = 0; n < records; n += 100) {
    const before = performance.now();
    for (let m = n; m < n + 100; m++) journal.append({ ...record, id: `r${m}` });
    appendMilliseconds += performance.now() - before;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const flushing = performance.now();
  await journal.flush();
  const ended = performance.now();
  delay.disable();
  await journal.close();
  console.log(`append: ${((appendMilliseconds * 1000) / records).toFixed(2)} µs per request`);
  console.log(
    `written: ${Math.round(records / ((ended - started) / 1000))} records/s; last flush ${(ended - flushing).toFixed(1)} ms`,
  );
  console.log(
    `event loop: p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
