import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { ConfigurationError, createMeter, meterPrimary, meterWorker, type Meter } from "../../src/index.ts";

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
    const value = (name: string, worker: string): number =>
      lines
        .filter((line) => line.startsWith(`${name}{`) && line.includes(`worker="${worker}"`))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    expect(
      ["process", "thread"].map((worker) => [
        value("llm_footprint_requests_total", worker),
        value("llm_footprint_attempts_total", worker),
        value("llm_footprint_tokens_total", worker),
      ]),
    ).toStrictEqual([
      [100, 100, 100 * 15],
      [100, 100, 100 * 15],
    ]);
  },
);

test("a process that is not a worker, and an object that is not a meter, are configuration errors", () => {
  const send = Object.getOwnPropertyDescriptor(process, "send");
  delete process.send;
  try {
    expect(() => meterWorker(createMeter())).toThrow("expected a worker of node:cluster or a thread");
  } finally {
    if (send) Object.defineProperty(process, "send", send);
  }
  for (const join of [meterPrimary, meterWorker]) expect(() => join({} as Meter)).toThrow(ConfigurationError);
});
