import { afterEach, beforeEach, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type Footprint, type Usage } from "../../src/index.ts";
import { runExample } from "./child.ts";

let provider: LocalProvider;
let environment: Record<string, string>;

beforeEach(async () => {
  provider = await startLocalProvider({ chunkIntervalMilliseconds: 5 });
  environment = {
    OPENAI_API_KEY: "a key",
    OPENAI_BASE_URL: provider.openaiBaseURL,
    MISTRAL_API_KEY: "a key",
    MISTRAL_SERVER_URL: provider.mistralServerURL,
  };
});

afterEach(() => provider.close());

const ANSWER = "A model answers with one word after another and every word costs";

/** What the meter attributes to a request of the examples' OpenAI model. */
function footprintOf(usage: Usage): Footprint {
  const report = { provider: "openai", model: "gpt-4.1-mini", operation: "chat", usage };
  return createMeter().record(report)!.footprint!;
}

const grams = (value: number): string => `${value.toPrecision(3)} g`;

test("openai.ts", async () => {
  const { code, output, errors } = await runExample("openai.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const { co2eGrams, waterLitres } = footprintOf({ inputTokens: 11, outputTokens: 12 });
  // The lower bound rests on how long the request took.
  const low = / between (.*) g and /.exec(output)?.[1];
  expect(Number(low)).toBeLessThan(co2eGrams!.central);
  expect(output.split("\n")).toEqual([
    ANSWER,
    "1 request, 11 tokens in, 12 out",
    `CO2e:  ${grams(co2eGrams!.central)}, between ${low!} g and ${grams(co2eGrams!.high)}`,
    `Water: ${(waterLitres!.central * 1000).toPrecision(3)} mL`,
    "",
  ]);
});

test("mistral.ts", async () => {
  const { code, output, errors } = await runExample("mistral.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  // The study's answer of 400 tokens, to the digit.
  expect(output.split("\n")).toEqual([
    "mistral-large-2411: 400 output tokens",
    "  1.14 g CO2e, between 0.456 and 2.85",
    "  45 mL water",
    "  0.16 mg Sb eq minerals",
    "  evidence: operator_lca, mistral.large-2.inference@1.0.0",
    "",
  ]);
});

test("streaming.ts", async () => {
  provider.enqueue({}, { holdAfter: 4 });
  const { code, output, errors } = await runExample("streaming.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.split("\n")).toEqual([
    ANSWER,
    "  completed, 12 output tokens (reported)",
    "A model answers",
    "  abandoned, 3 output tokens (estimated)",
    "",
  ]);
  expect(provider.requests.map(({ clientLeft, chunksSent }) => ({ clientLeft, chunksSent }))).toEqual([
    { clientLeft: false, chunksSent: 16 },
    { clientLeft: true, chunksSent: 4 },
  ]);
});

test("agent-run.ts", async () => {
  const { code, output, errors } = await runExample("agent-run.ts", environment).ended;
  const run =
    footprintOf({ inputTokens: 7, outputTokens: 9 }).co2eGrams!.central +
    footprintOf({ inputTokens: 13, outputTokens: 12 }).co2eGrams!.central;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.split("\n")).toEqual([
    ANSWER,
    "  chat: 9 output tokens",
    "  chat: 12 output tokens",
    `2 requests, ${grams(run)} CO2e`,
    "",
  ]);
});

test("express-teams.ts", async () => {
  const child = runExample("express-teams.ts", { ...environment, PORT: "0" });
  const [, port] = await child.printed(/port: (\d+)/);
  const url = `http://127.0.0.1:${port!}`;
  const summarise = async (team: string): Promise<unknown> => {
    const headers = { "content-type": "application/json", "x-team": team };
    const response = await fetch(`${url}/summaries`, { method: "POST", headers, body: '{"text":"a long text"}' });
    return response.json();
  };
  for (const team of ["search", "search", "support", "an intruder"]) {
    expect(await summarise(team)).toEqual({ summary: ANSWER });
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const labels = /llm_footprint_requests_total\{.*,team="(.*)",feature="(.*)",outcome="completed"\}/g;
  expect([...metrics.matchAll(labels)].map(([, team, feature]) => [team, feature])).toEqual([
    ["search", "summaries"],
    ["support", "summaries"],
    ["other", "summaries"],
  ]);
  child.process.kill("SIGTERM");
  expect((await child.ended).code).toBe(0);
});

test("budget.ts", async () => {
  const { code, output, errors } = await runExample("budget.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const lines = output.split("\n");
  const [, answers, used] = /^(\d+) answers, (0\.\d+) of 1 g CO2e$/.exec(lines.at(-2)!)!;
  // What was refused was never sent, and nothing was refused while there was room for another answer.
  expect(provider.requests).toHaveLength(Number(answers));
  expect(Number(used)).toBeGreaterThan(1 - 1 / Number(answers) - 0.01);
  expect(lines.filter((line) => /^search: 5\d % used$/.test(line))).toHaveLength(1);
  expect(lines.filter((line) => /^refused, resets at \d{4}-\d\d-\d\dT2[23]:00:00\.000Z$/.test(line))).toHaveLength(1);
});
