import { afterEach, beforeEach, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
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

test("openai.ts", async () => {
  const { code, output, errors } = await runExample("openai.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.split("\n")).toEqual([ANSWER, "1 request, 11 tokens in, 12 out", ""]);
});

test("mistral.ts", async () => {
  const { code, output, errors } = await runExample("mistral.ts", environment).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.split("\n")).toEqual(["mistral-large-2411: 400 output tokens", ""]);
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
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.split("\n")).toEqual([
    ANSWER,
    "  chat: 9 output tokens",
    "  chat: 12 output tokens",
    "2 requests, … g CO2e",
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
