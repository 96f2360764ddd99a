import { expect, test } from "vitest";

import { checkMetrics } from "../../src/doctor/metrics-checks.ts";
import { readMetrics } from "../../src/doctor/metrics-text.ts";

const now = new Date("2026-11-23T00:00:00Z");
const series = 'provider="openai",model="gpt-5-mini",operation="chat"';

/** What is found in a healthy application's metrics after `changes` to their lines. */
function findings(changes: Readonly<Record<string, string | number>> = {}) {
  const lines: Record<string, string | number> = {
    'llm_footprint_build_info{version="0.1.0"}': 1,
    [`llm_footprint_requests_total{${series},team="search",outcome="completed"}`]: 100,
    [`llm_footprint_unattributed_requests_total{${series},team="search",reason="unknown_model"}`]: 0,
    [`llm_footprint_usage_requests_total{${series},team="search",usage_source="estimated"}`]: 0,
    'llm_footprint_label_overflow_total{label="team"}': 0,
    'llm_footprint_meter_errors_total{stage="journal"}': 0,
    llm_footprint_label_sets: 1,
    llm_footprint_label_sets_limit: 2000,
    llm_footprint_factors_published_timestamp_seconds: "1.79e9",
    ...changes,
  };
  const text = Object.entries(lines).map(([line, value]) => `${line} ${value}\n`);
  return checkMetrics(readMetrics(`# HELP x y\n${text.join("")}# EOF\n`), now);
}

test("a healthy application has nothing but good findings", () => {
  expect(findings().map(({ check, level }) => `${check} ${level}`)).toStrictEqual([
    "errors good",
    "coverage good",
    "models good",
    "usage good",
    "labels good",
    "cardinality good",
    "factors good",
  ]);
});

test.each([
  [
    { [`llm_footprint_unattributed_requests_total{${series},team="search",reason="unknown_api"}`]: 3 },
    "APIs",
    "3 requests went to APIs that nobody here knows, at openai.",
  ],
  [
    {
      'llm_footprint_requests_total{provider="unknown",model="m",operation="chat",team="search",outcome="completed"}': 7,
    },
    "providers",
    "7 requests went to a host of which nobody says whose it is; they count at the world's average electricity.",
  ],
  [
    { 'llm_footprint_meter_errors_total{stage="journal"}': 3 },
    "errors",
    "The meter has had errors of its own: journal 3.",
  ],
  [
    { [`llm_footprint_unattributed_requests_total{${series},team="search",reason="unknown_model"}`]: 6 },
    "models",
    "Without factors: openai/gpt-5-mini.",
  ],
  [
    { [`llm_footprint_usage_requests_total{${series},team="search",usage_source="estimated"}`]: 11 },
    "usage",
    "Usage was estimated for 11 % of the requests.",
  ],
  [
    { [`llm_footprint_requests_total{${series},team="",outcome="failed"}`]: 6 },
    "labels",
    "5.7 % of the requests have no team.",
  ],
  [
    { 'llm_footprint_label_overflow_total{label="team"}': 1 },
    "cardinality",
    'Values were counted under "other" because a limit was reached: team.',
  ],
  [{ llm_footprint_label_sets: 1601 }, "cardinality", "1,601 of 2,000 label sets are used."],
  [
    { llm_footprint_factors_published_timestamp_seconds: 1.7e9 },
    "factors",
    "The catalogue of factors is 1,104 days old.",
  ],
])("finds %j", (changes, check, text) => {
  const found = findings(changes as Record<string, string | number>).filter(({ level }) => level !== "good");
  expect(found).toContainEqual(expect.objectContaining({ check, text, remedy: expect.any(String) as unknown }));
});

test("labels are read with their escapes", () => {
  expect(readMetrics('a_total{x="say \\"hi\\"\\\\\\n",y=""} 1.5 1700000000\nbroken{ 1\n')).toStrictEqual([
    { name: "a_total", labels: { x: 'say "hi"\\\n', y: "" }, value: 1.5 },
  ]);
});
