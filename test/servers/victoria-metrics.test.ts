import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeHistory } from "../../grafana/history/history.ts";
import { ALERTING_RULES } from "../../grafana/source/alerts.ts";
import { BUDGET, RECORDING_RULES } from "../../grafana/source/recording-rules.ts";
import { substituted } from "../../grafana/source/substitution.ts";
import { freePort, startServer, type ServerProcess } from "../../grafana/stack/server-process.ts";
import { expressions } from "../grafana/panels.ts";
import { EMPTY, OTHER_UNITS } from "./empty-panels.ts";

const REPLICAS = 10_000;
/** In the fourth week of a month of 30 days, on a Monday afternoon. */
const END = new Date("2026-11-23T15:00:00Z");
const MINUTE = 60_000;

let directory: string;
let server: ServerProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "llm-footprint-victoria-metrics-"));
  const address = `127.0.0.1:${await freePort()}`;
  const options = [`-storageDataPath=${join(directory, "data")}`, `-httpListenAddr=${address}`];
  // The history is of the past, and what has just come in must be seen at once.
  const more = [
    "-retentionPeriod=100y",
    "-search.latencyOffset=0s",
    "-search.disableCache",
    "-memory.allowedBytes=512MB",
  ];
  server = await startServer("victoria-metrics", [...options, ...more], `http://${address}`, "/health");
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly metric: object; readonly value: [number, string] }[] };
}

async function ask(query: string, time = END): Promise<Answer["data"]["result"]> {
  const body = new URLSearchParams({ query, time: String(time.getTime() / 1000), nocache: "1" });
  const answer = (await (await fetch(`${server.url}/api/v1/query`, { method: "POST", body })).json()) as Answer;
  expect([answer.status, answer.error]).toStrictEqual(["success", undefined]);
  return answer.data.result;
}

const valueOf = async (query: string, time?: Date): Promise<number> => Number((await ask(query, time))[0]?.value[1]);

/** Takes text in Prometheus' format, with milliseconds. */
async function take(lines: readonly string[]): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/import/prometheus`, { method: "POST", body: lines.join("\n") });
  expect(answer.status).toBe(204);
}

const seen = (): Promise<unknown> => fetch(`${server.url}/internal/force_flush`);

describe("the counters of 10,000 replicas", () => {
  /** Another time, in which there is nothing else. */
  const NOW = new Date("2026-10-05T12:00:00Z");
  const MODELS = ["gpt-5.5", "claude-opus-4-1", "mistral-large-latest"];
  const TEAMS = ["search", "support"];
  const STEPS = [-2 * MINUTE, -MINUTE, 0];
  /** Whole grams, so that every sum is exact; a different amount and rate for each. */
  const grams = (replica: number, series: number, step: number): number =>
    (replica % 97) * 10 + series + step * ((replica % 13) + series);

  const sum = (amount: (replica: number, series: number) => number): number => {
    let total = 0;
    for (let replica = 0; replica < REPLICAS; replica++)
      for (let series = 0; series < 6; series++) total += amount(replica, series);
    return total;
  };

  beforeAll(async () => {
    const labels = MODELS.flatMap((model) => TEAMS.map((team) => `model="${model}",team="${team}"`));
    for (let from = 0; from < REPLICAS; from += 1000) {
      const lines: string[] = [];
      for (let replica = from; replica < from + 1000; replica++) {
        for (const [series, of] of labels.entries()) {
          const name = `llm_footprint_co2e_grams_total{job="replicas",instance="replica-${replica}",${of}}`;
          for (const [step, offset] of STEPS.entries())
            lines.push(`${name} ${grams(replica, series, step)} ${NOW.getTime() + offset}`);
        }
      }
      await take(lines);
    }
    await seen();
  }, 120_000);

  test("are 60,000 series, whose sum is exact", async () => {
    expect(await valueOf('count(llm_footprint_co2e_grams_total{job="replicas"})', NOW)).toBe(6 * REPLICAS);
    expect(await valueOf('sum(llm_footprint_co2e_grams_total{job="replicas"})', NOW)).toBe(
      sum((replica, series) => grams(replica, series, 2)),
    );
  }, 60_000);

  test("sum exactly by label", async () => {
    const byTeam = await ask(
      'sort_by_label(sum by (team) (llm_footprint_co2e_grams_total{job="replicas"}), "team")',
      NOW,
    );
    expect(byTeam.map(({ value }) => Number(value[1]))).toStrictEqual(
      TEAMS.map((_, team) => sum((replica, series) => (series % 2 === team ? grams(replica, series, 2) : 0))),
    );
  }, 60_000);

  test("increase by exactly what was added, which Prometheus extrapolates", async () => {
    expect(await valueOf('sum(increase(llm_footprint_co2e_grams_total{job="replicas"}[1m]))', NOW)).toBe(
      sum((replica, series) => (replica % 13) + series),
    );
  }, 60_000);
});

describe("on a month of history", () => {
  beforeAll(async () => {
    const file = join(directory, "history.om");
    await writeHistory(END, file);
    let lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line.startsWith("#")) continue;
      // OpenMetrics has seconds.
      const at = line.lastIndexOf(" ");
      lines.push(`${line.slice(0, at)} ${Math.round(Number(line.slice(at + 1)) * 1000)}`);
      if (lines.length === 100_000) await take(lines.splice(0));
    }
    await take(lines);
    lines = [];
    await seen();
  }, 300_000);

  const RANGES = { range: "22d15h", rateInterval: "90m" };

  test.each(expressions.map(({ from, expr }) => [from, expr] as const))("%s", async (from, expr) => {
    const result = await ask(substituted(expr, RANGES));
    expect(result.length === 0).toBe(from in EMPTY || OTHER_UNITS.test(from));
  });

  const rules = RECORDING_RULES.flatMap((group) => group.rules).filter(
    ({ record }) => record !== BUDGET.burnRate("5m"),
  );

  test.each(rules.map(({ record, expr }) => [record, expr] as const))("%s can be recorded", async (_, expr) => {
    expect(await ask(expr)).not.toEqual([]);
  });

  test.each(ALERTING_RULES.flatMap((group) => group.rules).map(({ alert, expr }) => [alert, expr] as const))(
    "%s can be asked for",
    async (_, expr) => {
      await ask(expr);
    },
  );

  test("the month to date is what its hours come to", async () => {
    const counted = await valueOf("sum(increase(llm_footprint_co2e_grams_total[22d15h]))");
    expect((await valueOf("sum(team:llm_footprint_co2e_grams:month_to_date)")) / counted).toBeCloseTo(1, 2);
  });
});
