/**
 * Replays a generated file into a journal: records per second and the most memory that was used.
 *
 *     node bench/replay.ts [records]
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openJournalReader } from "../src/journal/reading.ts";
import { inputFiles } from "../src/replay/input-file.ts";
import { replay } from "../src/replay/replay.ts";
import { journalSink } from "../src/replay/replay-sink.ts";

const records = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "llm-footprint-bench-"));
const [file, journalPath] = [join(folder, "spend.jsonl"), join(folder, "footprint.db")];
const models = ["mistral-large-2407", "gpt-5-mini", "claude-sonnet-4-5"];

try {
  const output = createWriteStream(file);
  for (let n = 0; n < records; n++) {
    const row = {
      request_id: `request-${n}`,
      call_type: "acompletion",
      custom_llm_provider: n % 3 === 0 ? "mistral" : "openai",
      model: models[n % 3],
      prompt_tokens: n % 5000,
      completion_tokens: n % 700,
      startTime: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
      endTime: new Date(Date.UTC(2026, 0, 1) + n * 1000 + 2500).toISOString(),
      team_id: `team ${n % 12}`,
    };
    if (!output.write(`${JSON.stringify(row)}\n`)) await once(output, "drain");
  }
  output.end();
  await once(output, "close");

  let mostBytes = 0;
  const started = performance.now();
  const startedUsing = process.cpuUsage();
  const state = await replay(await inputFiles([file], process.stdin), journalSink(journalPath, {}), {
    notation: { dates: {}, now: Date.now() },
    labels: { team: "team_id" },
    onProgress: () => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())),
  });
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(startedUsing);
  const cpuSeconds = (used.user + used.system) / 1e6;
  using journal = openJournalReader(journalPath);
  const reading = performance.now();
  const sums = journal.sums({ from: new Date(0), to: new Date("2100-01-01") }, 86_400);
  const readSeconds = (performance.now() - reading) / 1000;
  const found = sums.reduce((sum, { requests }) => sum + requests, 0);
  if (found !== records || state.rejected > 0) throw new Error(`${found} of ${records} arrived`);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  console.log(`${records} records (${megabytes(statSync(file).size)}) in ${seconds.toFixed(1)} s`);
  console.log(
    `${Math.round(records / seconds)} records/s, ${Math.round(records / cpuSeconds)} per CPU second, at most ${megabytes(mostBytes)} of memory`,
  );
  console.log(`journal ${megabytes(statSync(journalPath).size)}; sums by day in ${readSeconds.toFixed(1)} s`);
} finally {
  rmSync(folder, { recursive: true });
}
