import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import type { ServeConfiguration } from "../../src/serve/configuration.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { running, serving, stopAll } from "../serve/serving.ts";
import { pythonEnvironment } from "./python/environment.ts";

afterEach(stopAll);

let python: string;
beforeAll(() => {
  python = join(pythonEnvironment("clients.txt"), "bin/python");
}, 300_000);

/** What the official clients get, asking as their functions in `ask.py` do, and what the gateway makes of it. */
async function asking(cases: readonly string[], configuration: Partial<ServeConfiguration> = {}) {
  const provider = await startLocalProvider({ chunkIntervalMilliseconds: 20 });
  running.push(() => provider[Symbol.asyncDispose]());
  const upstreams = [
    { name: "openai", url: provider.url, provider: "openai" },
    { name: "anthropic", url: provider.anthropicBaseURL, provider: "anthropic" },
  ];
  const { url, meter, records } = await serving({ upstreams, ...configuration });
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(python, [join(import.meta.dirname, "python/ask.py")], (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
    child.stdin!.end(JSON.stringify([url, cases]));
  });
  await provider.idle();
  await meter.flush();
  return { answers: JSON.parse(output) as unknown[][], records, provider, meter };
}

const budgetOfOne = (): Partial<ServeConfiguration> => {
  const budgets = join(temporaryFolder(), "budgets.yaml");
  writeFileSync(budgets, "- name: one\n  criterion: requests\n  limit: 1\n  window: day\n  mode: refuse\n");
  return { budgets };
};

describe("Python's clients through the gateway", () => {
  test("get their answers, whole and streamed, and each is metered as they state it", async () => {
    const cases = ["openai_whole", "openai_stream", "openai_embeddings", "anthropic_whole", "anthropic_stream"];
    const { answers, records } = await asking(cases);
    expect(answers.map(([text]) => typeof text)).toStrictEqual(["string", "string", "number", "string", "string"]);
    expect(
      records.map(({ provider, operation, outcome, usageSource, usage }) => ({
        provider,
        operation,
        outcome,
        usageSource,
        tokens: [usage?.inputTokens, usage?.outputTokens],
      })),
    ).toStrictEqual(
      cases.map((name, index) => ({
        provider: name.split("_")[0],
        operation: name === "openai_embeddings" ? "embeddings" : "chat",
        outcome: "completed",
        usageSource: "reported",
        tokens: [answers[index]![1], answers[index]![2]],
      })),
    );
  }, 120_000);

  test("leave a stream, and the provider is told, and the request is abandoned", async () => {
    const { records } = await asking(["openai_left"]);
    expect(records).toMatchObject([{ provider: "openai", outcome: "abandoned", usageSource: "estimated" }]);
  }, 120_000);

  test("raise their own RateLimitError where a budget has no room, and do not try again", async () => {
    const refused = ["openai_whole", "openai_stream", "anthropic_whole", "anthropic_stream"];
    const { answers, records, provider, meter } = await asking(["openai_embeddings", ...refused], budgetOfOne());
    expect(answers.slice(1)).toStrictEqual(
      refused.map((name) => [
        name.split("_")[0],
        "RateLimitError",
        429,
        expect.stringContaining('budget "one" has no room') as string,
      ]),
    );
    expect(records).toMatchObject([{ operation: "embeddings", outcome: "completed" }]);
    expect(provider.requests).toHaveLength(1);
    const decisions = (await meter.metrics()).match(/^llm_footprint_budget_requests_total\{.*$/gm);
    expect(decisions?.filter((line) => !line.endsWith(" 0")).toSorted()).toStrictEqual([
      expect.stringMatching(/decision="admitted".* 1$/) as string,
      expect.stringMatching(/decision="refused".* 4$/) as string,
    ]);
  }, 120_000);
});
