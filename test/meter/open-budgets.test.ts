import OpenAI from "openai";
import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { BudgetExceededError, createMeter } from "../../src/index.ts";

test("calls one after another are refused only when what was used leaves no room, however fast the answers come", async () => {
  await using provider = await startLocalProvider();
  const meter = createMeter({
    budgets: [{ name: "all", criterion: "co2eGrams", limit: "1 g", window: "day", mode: "refuse" }],
  });
  const openai = meter.wrap(new OpenAI({ apiKey: "none", baseURL: provider.openaiBaseURL }));
  let answers = 0;
  await expect(async () => {
    for (; answers < 1000; answers++) {
      await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] });
    }
  }).rejects.toThrow(BudgetExceededError);
  const used = meter.totals().overall.co2eGrams!.central;
  expect(used).toBeLessThanOrEqual(1);
  expect(used + (2 * used) / answers).toBeGreaterThan(1);
  expect(provider.requests).toHaveLength(answers);
  await meter.close();
});
