import { expect, onTestFinished, test } from "vitest";

import { createMeter } from "../../src/index.ts";

/** The process warnings that making a meter with a budget gives. */
async function warningsOf(match: Record<string, string | string[]>): Promise<string[]> {
  const found: string[] = [];
  const onWarning = (warning: Error & { code?: string }): void => {
    if (warning.code === "LLM_FOOTPRINT_BUDGET") found.push(warning.message);
  };
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  const budgets = [{ name: "b", criterion: "requests", limit: 10, window: "day", match } as const];
  await createMeter({ budgets }).close();
  await new Promise((resolve) => setImmediate(resolve));
  return found;
}

test.for<[match: Record<string, string | string[]>, says: string[]]>([
  [{ model: ["gpt-4o", "unknown"], provider: ["openai", "unknown"], operation: "chat" }, []],
  [
    { model: "gpt-4o-2024-08-06" },
    [
      'the budget "b" matches the model "gpt-4o-2024-08-06", a name that no request counts under. Its requests count as "gpt-4o".',
    ],
  ],
  [
    { model: ["gpt-4o", "zzzzzzzz"] },
    ['the budget "b" matches the model "zzzzzzzz", a name that no request counts under'],
  ],
  [
    { provider: "mistralai" },
    [
      'the budget "b" matches the provider "mistralai", which only requests have whose provider you give so yourself. Did you mean mistral_ai?',
    ],
  ],
])("a budget that matches %o", async ([match, says]) => {
  expect(await warningsOf(match)).toStrictEqual(says.map((text) => `llm-footprint: ${text}`));
});
