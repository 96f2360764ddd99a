import { describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";

/** The record of one request with this body, which is answered with o4-mini's usage of 100 and 300 tokens. */
async function recordOf(url: string, body: object, answer: object): Promise<RequestRecord> {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answer)) });
  await (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json();
  await meter.flush();
  return records[0]!;
}

const CHAT = "https://api.openai.com/v1/chat/completions";
const O4_MINI = {
  model: "o4-mini",
  usage: {
    prompt_tokens: 100,
    completion_tokens: 1300,
    total_tokens: 1400,
    completion_tokens_details: { reasoning_tokens: 1000 },
  },
};

describe("the reasoning effort that a request states", () => {
  test.for<[where: string, url: string, body: object, answer: object, effort: string]>([
    ["chat completions", CHAT, { model: "o4-mini", reasoning_effort: "High" }, O4_MINI, "high"],
    ["Responses", "https://api.openai.com/v1/responses", { model: "o4-mini", reasoning: { effort: "low" } }, {}, "low"],
    [
      "Anthropic's Messages",
      "https://api.anthropic.com/v1/messages",
      { model: "claude-opus-4-5", output_config: { effort: "medium" } },
      {},
      "medium",
    ],
    [
      "Gemini",
      "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent",
      { generationConfig: { thinkingConfig: { thinkingLevel: "LOW" } } },
      {},
      "low",
    ],
  ])("by %s stands on the record", async ([, url, body, answer, effort]) => {
    expect((await recordOf(url, body, answer)).reasoningEffort).toBe(effort);
  });

  test("chooses the figures that were measured at it: o4-mini at high uses 3.65 Wh for 100, 300 and 1,000 tokens", async () => {
    const { footprint } = await recordOf(CHAT, { model: "o4-mini", reasoning_effort: "high" }, O4_MINI);
    expect(footprint!.energyJoules!.central / 3600).toBeCloseTo(3.65, 2);
  });

  test.for([7, { effort: "high" }, "x".repeat(17), "two words"])("of %j is not one", async (effort) => {
    expect(await recordOf(CHAT, { model: "o4-mini", reasoning_effort: effort }, O4_MINI)).not.toHaveProperty(
      "reasoningEffort",
    );
  });
});
