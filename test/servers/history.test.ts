import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeHistory } from "../../grafana/history/history.ts";
import { LOOKBACK } from "../../grafana/history/recording.ts";
import { BUDGET, RECORDING_RULES } from "../../grafana/source/recording-rules.ts";
import { substituted } from "../../grafana/source/substitution.ts";
import type { ServerProcess } from "../../grafana/stack/server-process.ts";
import { importHistory, startPrometheus } from "../../grafana/stack/servers.ts";
import { expressions } from "../grafana/panels.ts";
import { EMPTY, OTHER_UNITS } from "./empty-panels.ts";

/** In the fourth week of a month of 30 days, on a Monday afternoon. */
const END = new Date("2026-11-23T15:00:00Z");

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

let directory: string;
let prometheus: ServerProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "llm-footprint-history-"));
  const openMetrics = join(directory, "history.om");
  await writeHistory(END, openMetrics);
  importHistory(openMetrics, directory);
  rmSync(openMetrics);
  const configuration = join(directory, "prometheus.yml");
  writeFileSync(configuration, "global: {}\n");
  prometheus = await startPrometheus(directory, configuration, [`--query.lookback-delta=${LOOKBACK}`]);
}, 120_000);

afterAll(async () => {
  await prometheus.stop();
  rmSync(directory, { recursive: true });
});

async function ask(query: string): Promise<Answer["data"]["result"]> {
  const body = new URLSearchParams({ query, time: END.toISOString() });
  const answer = (await (await fetch(`${prometheus.url}/api/v1/query`, { method: "POST", body })).json()) as Answer;
  expect(answer.error).toBeUndefined();
  return answer.data.result;
}

const RANGES = { range: "22d15h", rateInterval: "90m" };

describe("on a month of history", () => {
  test.each(expressions.map(({ from, expr }) => [from, expr] as const))("%s", async (from, expr) => {
    const result = await ask(substituted(expr, RANGES));
    expect(result.length === 0).toBe(from in EMPTY || OTHER_UNITS.test(from));
    for (const { value } of result) expect(Number(value[1])).not.toBeNaN();
  });

  // The rate over five minutes needs two samples in them; the history has one in thirty.
  const rules = RECORDING_RULES.flatMap((group) => group.rules).filter(
    ({ record }) => record !== BUDGET.burnRate("5m"),
  );

  test.each(rules.map(({ record, expr }) => [record, expr] as const))("%s can be recorded", async (_, expr) => {
    expect(await ask(expr)).not.toEqual([]);
  });

  test("the month to date is what its hours come to", async () => {
    const [counted] = await ask("sum(increase(llm_footprint_co2e_grams_total[22d15h]))");
    const [recordedSum] = await ask("sum(team:llm_footprint_co2e_grams:month_to_date)");
    // increase() extrapolates to the edges of its range, and loses what a restart hid from the scrapes.
    expect(Number(recordedSum!.value[1]) / Number(counted!.value[1])).toBeCloseTo(1, 2);
  });
});
