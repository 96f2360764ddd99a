import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { ConfigurationError, createMeter, meterPrimary, meterWorker, type Meter } from "../../src/index.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

test(
  "the primary counts every request of its cluster's workers and of threads, whichever exit or are killed",
  { timeout: 120_000 },
  async () => {
    const program = join(import.meta.dirname, "cluster-program.ts");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      program,
    ]);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    const value = (name: string, worker: string, having = ""): number =>
      lines
        .filter((line) => line.startsWith(`${name}{`) && line.includes(`worker="${worker}"`) && line.includes(having))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    expect(
      ["process", "thread"].map((worker) => [
        value("llm_footprint_requests_total", worker, 'outcome="completed"'),
        // The stream that was open when one exited: 20 words of answer, and 13 tokens estimated of what was asked.
        value("llm_footprint_requests_total", worker, 'outcome="abandoned"'),
        value("llm_footprint_attempts_total", worker),
        value("llm_footprint_tokens_total", worker),
      ]),
    ).toStrictEqual([
      [100, 1, 101, 100 * 15 + 33],
      [100, 1, 101, 100 * 15 + 33],
    ]);
  },
);

test("what a worker could not send reaches the primary once the worker is gone", { timeout: 120_000 }, async () => {
  const [folder, spools] = [temporaryFolder(), temporaryFolder()];
  const program = join(import.meta.dirname, "blocked-primary-program.ts");
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", program, folder],
    { env: { ...process.env, TMPDIR: spools } },
  );
  expect(stderr).toBe("");
  const counted = stdout.split("\n").filter((line) => /^llm_footprint_requests_total.*completed/.test(line));
  const byWorker = counted.map((line) => `${/worker="(\w+)"/.exec(line)![1]} ${line.split(" ").at(-1)}`);
  expect(byWorker.sort()).toStrictEqual(["exit 2000", "kill 2000", "leave 2000"]);
  expect(readdirSync(spools)).toStrictEqual([]);
});

test("a process that is not a worker, and an object that is not a meter, are configuration errors", () => {
  // This one is a fork, whose messages no cluster receives.
  expect("send" in process).toBe(true);
  expect(() => meterWorker(createMeter())).toThrow("expected a worker of node:cluster or a thread");
  for (const join of [meterPrimary, meterWorker]) expect(() => join({} as Meter)).toThrow(ConfigurationError);
});
