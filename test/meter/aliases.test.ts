import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createMeter, type MeterOptions } from "../../src/index.ts";

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void warned.push(String(message)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What is recorded of a request for one model that is answered in the name of another. */
async function recorded(requested: string, responded: string, options: MeterOptions = {}) {
  const meter = createMeter(options);
  const usage = { prompt_tokens: 100, completion_tokens: 400, total_tokens: 500 };
  const answer = () => Promise.resolve(Response.json({ model: responded, choices: [], usage }));
  const fetch = meter.fetch({ provider: "mistral_ai", fetch: answer });
  const { requests } = await meter.measure(async () => {
    const body = JSON.stringify({ model: requested });
    await (await fetch("https://gateway.example.com/v1/chat/completions", { method: "POST", body })).json();
  });
  const explained = meter.explain(requests[0]!);
  await meter.close();
  return { record: requests[0]!, explained };
}

describe("a model that a proxy answers for in the name of an alias", () => {
  test("is the one that was asked for by its right name", async () => {
    const { record } = await recorded("mistral-large-2411", "prod-chat");
    const { record: direct } = await recorded("mistral-large-2411", "mistral-large-2411");
    expect(record).toMatchObject({ requestedModel: "mistral-large-2411", respondedModel: "prod-chat" });
    expect([record.model, record.footprint!.co2eGrams]).toStrictEqual([direct.model, direct.footprint!.co2eGrams]);
    expect(warned.filter((message) => message.includes("model"))).toStrictEqual([]);
  });

  test("is explained as it was attributed", async () => {
    const { record, explained } = await recorded("mistral-large-2411", "prod-chat");
    expect(explained).toMatchObject({ model: record.model });
  });

  test("is the one that answered where that is known", async () => {
    const { record } = await recorded("mistral-large-2411", "mistral-small-2503");
    const { record: direct } = await recorded("mistral-small-2503", "mistral-small-2503");
    expect(record.model).toBe(direct.model);
  });

  test("is what azureDeployments says of a name, behind any gateway", async () => {
    const azureDeployments = { "prod-chat": "mistral-small-2503" };
    const named = await recorded("prod-chat", "prod-chat", { azureDeployments });
    expect(named.record.footprint!.resolution).toBe("deployment");
    const answered = await recorded("mistral-large-2411", "prod-chat", { azureDeployments });
    expect(answered.record.model).toBe(named.record.model);
  });
});
