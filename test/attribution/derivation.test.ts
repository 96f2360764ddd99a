import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";

import { explain } from "../../src/attribution/views/explain.ts";
import type { Usage } from "../../src/model/usage.ts";

/** What a calculator says of a formula with its values put in; undefined where it is not one. */
function calculated(text: string): number | undefined {
  if (/→|line through/.test(text)) return undefined;
  const expression = text
    .replace(/ = .*/, "")
    .replace(/e\^\(([^)]*)\)/g, "exp($1)")
    .replace(/ (?:J|g|L)\/kWh| GPUs| J(?![\w/])| W\b| s\b/g, "")
    .replaceAll("×", "*")
    .replaceAll("÷", "/")
    .replaceAll("−", "-");
  return runInNewContext(expression, { exp: Math.exp }) as number;
}

const CASES: readonly (readonly [provider: string, model: string, usage: Usage])[] = [
  ["openai", "gpt-5.5", { inputTokens: 1000, outputTokens: 400, reasoningTokens: 300 }],
  ["openai", "gpt-4.1", { inputTokens: 100, outputTokens: 300 }],
  ["together_ai", "llama-3.1-70b", { inputTokens: 5000, cacheReadTokens: 700, outputTokens: 200 }],
  ["mistral_ai", "mistral-large-2407", { inputTokens: 9000, outputTokens: 137 }],
  ["mistral_ai", "mistral-large-3", { outputTokens: 400 }],
  ["deepseek", "deepseek-v4.1-flash", { inputTokens: 4000, outputTokens: 10 }],
  ["x_ai", "grok-4.7", { inputTokens: 10, outputTokens: 10 }],
  ["nobody", "nobody-knows", { inputTokens: 10, outputTokens: 4000 }],
];

describe("a derivation with its values put in", () => {
  test.each(CASES)("of %s's %s, %j, gives its central values on a calculator", (provider, model, usage) => {
    const record = {
      provider,
      requestedModel: model,
      respondedModel: undefined,
      operation: "chat",
      zone: undefined,
      usage,
      durationSeconds: 5,
      footprint: undefined,
    };
    const { steps } = explain(record);
    let checked = 0;
    for (const { quantity, substituted, value } of steps) {
      const result = substituted === undefined ? undefined : calculated(substituted);
      if (result === undefined) continue;
      checked++;
      expect(result / value.central, `${quantity}: ${substituted!}`).toBeCloseTo(1, 6);
    }
    expect(checked).toBeGreaterThan(3);
  });

  test("says how many GPUs hold the model, how long it took and at which batch", () => {
    const record = {
      provider: "openai",
      requestedModel: "gpt-5.5",
      respondedModel: undefined,
      operation: "chat",
      zone: "USA",
      usage: { outputTokens: 400 },
      durationSeconds: 100,
      footprint: undefined,
    };
    const step = (quantity: string) => explain(record).steps.find((each) => each.quantity === quantity)!;
    expect(step("GPUs that hold the model").substituted).toBe("1.2 × 900 × 2 ÷ 80 → 32");
    expect(step("latency").substituted).toBe("400 × (1 ÷ 96) + 4.03");
    expect(step("time on a server")).toMatchObject({
      formula: "latency × GPUs ÷ 8 ÷ batch",
      substituted: "8.19666667 s × 32 ÷ 8 ÷ 64",
    });
    expect(
      explain({ ...record, requestedModel: "gpt-4.1" }).steps.find(({ quantity }) => quantity === "time on a server"),
    ).toMatchObject({ formula: "energy ÷ PUE ÷ server power" });
  });
});
