/**
 * A month's report from the Parquet files of many replicas: what it takes, beside the same month in a journal.
 *
 *     node bench/parquet.ts [replicas]
 *
 * A journal of a million requests of 144 kinds in 30 days is exported; each replica has the same files. After a build.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, linkSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { inputFiles } from "../src/replay/input-file.ts";
import { replay } from "../src/replay/replay.ts";
import { journalSink } from "../src/replay/replay-sink.ts";

const REQUESTS = 1_000_000;
const SECONDS_APART = (30 * 86_400) / REQUESTS;
const replicas = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), "llm-footprint-bench-"));
const [file, journal, records] = [join(folder, "spend.jsonl"), join(folder, "replica-1.db"), join(folder, "records")];
const models = ["mistral-large-2407", "gpt-5-mini", "claude-sonnet-4-5", "gpt-4o"];
const CLI = join(import.meta.dirname, "../dist/node/cli.js");
const TELL_CPU = `data:text/javascript,process.on("exit",()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();console.error((u+s)/1e6,m/1e3)})`;

function run(...command: string[]): { text: string; told: string } {
  const started = performance.now();
  const options = { maxBuffer: 1e9, encoding: "utf8" as const };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", TELL_CPU, CLI, ...command], options);
  if (status !== 0) throw new Error(stderr);
  const [cpu, memory] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number) as [number, number];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { text: stdout, told: `${seconds} s, ${cpu.toFixed(1)} s of CPU, ${memory.toFixed(0)} MB` };
}

try {
  const output = createWriteStream(file);
  for (let n = 0; n < REQUESTS; n++) {
    const startedAt = Date.UTC(2026, 0, 1) + n * SECONDS_APART * 1000;
    const row = {
      request_id: `request-${n}`,
      call_type: "acompletion",
      custom_llm_provider: ["mistral", "openai", "anthropic", "openai"][n % 4],
      model: models[n % 4],
      prompt_tokens: n % 5000,
      completion_tokens: n % 701,
      startTime: new Date(startedAt).toISOString(),
      endTime: new Date(startedAt + 2500).toISOString(),
      team_id: `team ${(n >> 2) % 36}`,
    };
    if (!output.write(`${JSON.stringify(row)}\n`)) await once(output, "drain");
  }
  output.end();
  await once(output, "close");
  await replay(await inputFiles([file], process.stdin), journalSink(journal, {}), {
    notation: { dates: {}, now: Date.now() },
    labels: { team: "team_id" },
  });
  console.log(`export of ${REQUESTS} records: ${run("export", "--journal", journal, "--parquet", records).told}`);
  for (const day of readdirSync(records)) {
    for (let replica = 2; replica <= replicas; replica++) {
      linkSync(join(records, day, "replica-1.parquet"), join(records, day, `replica-${replica}.parquet`));
    }
  }
  const asked = ["report", "--month", "2026-01", "--group-by", "team,model", "--json"];
  console.log(`report from the journal: ${run(...asked, "--journal", journal).told}`);
  for (let round = 0; round < 5; round++) {
    const { told } = run(...asked, "--records", join(records, "**/*.parquet"));
    console.log(`report from ${REQUESTS * replicas} records in Parquet: ${told}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
