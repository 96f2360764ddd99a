import { afterEach, describe, expect, test, vi } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";

const ANSWER = { model: "new-model-1", tokens: 12 };

/** Metered fetches that a function answers. */
function metered(options: Parameters<ReturnType<typeof createMeter>["fetch"]>[0] = {}) {
  const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(ANSWER)), ...options });
  const post = async (url: string, body: object = { model: "new-model" }): Promise<void> => {
    await (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json();
    await meter.flush();
  };
  return { meter, records, post, fetch, warned };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a POST to an API that no family knows", () => {
  test("of a known host is a request without a footprint, with its reason and one warning", async () => {
    const { meter, records, post, warned } = metered();
    await post("https://api.openai.com/v1/dreams");
    await post("https://api.openai.com/v1/dreams");
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({
      provider: "openai",
      requestedModel: "new-model",
      respondedModel: "new-model-1",
      operation: "unknown",
      outcome: "completed",
      usageSource: "missing",
      footprint: undefined,
      unattributedReason: "unknown_api",
    });
    expect(meter.totals().overall).toMatchObject({ requests: { completed: 2 }, unattributed: { unknown_api: 2 } });
    expect(warned.mock.calls.map(([message]) => message)).toContain(
      'llm-footprint: an API of "api.openai.com" is not known, so its requests have no footprint; report their usage with meter.record()',
    );
    expect(warned.mock.calls.filter(([message]) => String(message).includes("API of"))).toHaveLength(1);
    expect(await meter.metrics()).toMatch(/llm_footprint_unattributed_requests_total\{.*reason="unknown_api"\}/);
  });

  test("counts on an unknown host only where the body names a model", async () => {
    const { records, post } = metered();
    await post("https://files.example.com/upload", { name: "cat.png" });
    expect(records).toStrictEqual([]);
    await post("https://llm.example.com/generate");
    expect(records).toMatchObject([{ unattributedReason: "unknown_api", endpoint: "llm.example.com" }]);
  });

  test("counts on an unknown host whose provider is given, whatever the body says", async () => {
    const { records, post } = metered({ provider: "acme" });
    await post("https://llm.example.com/generate", { prompt: "Hello" });
    expect(records).toMatchObject([{ provider: "acme", unattributedReason: "unknown_api" }]);
  });

  test("is not one where the path is known to use no model", async () => {
    const { records, post } = metered({ provider: "openai" });
    for (const path of [
      "/v1/files",
      "/v1/uploads/u1/parts",
      "/v1/responses/input_tokens",
      "/v1/realtime/client_secrets",
    ])
      await post(`https://api.openai.com${path}`);
    expect(records).toStrictEqual([]);
  });

  test("is not one where the host speaks another API besides, of which the path uses no model", async () => {
    const { records, post } = metered();
    for (const url of [
      "http://localhost:11434/api/show",
      "http://localhost:11434/api/pull",
      "https://api.deepseek.com/anthropic/v1/messages/count_tokens",
      "https://openrouter.ai/api/v1/messages/count_tokens",
    ])
      await post(url);
    expect(records).toStrictEqual([]);
  });

  test("is one where the path only resembles another provider's that uses no model", async () => {
    const { records, post } = metered();
    await post("https://bedrock-agent-runtime.eu-west-1.amazonaws.com/agents/A/agentAliases/B/sessions/C/text", {});
    expect(records).toMatchObject([{ provider: "aws.bedrock", unattributedReason: "unknown_api" }]);
  });

  test("is counted as failed where it fails", async () => {
    const { records, fetch, meter } = metered({ fetch: () => Promise.resolve(new Response("no", { status: 500 })) });
    await fetch("https://api.openai.com/v1/dreams", { method: "POST", body: '{"model":"m"}' });
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", unattributedReason: "failed" }]);
  });

  test("asks the budgets before it leaves", async () => {
    const meter = createMeter({
      budgets: [{ name: "cap", criterion: "requests", limit: 1, window: "day", mode: "refuse" }],
    });
    const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(ANSWER)) });
    const call = async () => (await fetch("https://api.openai.com/v1/dreams", { method: "POST", body: "{}" })).json();
    await call();
    await expect(call()).rejects.toThrow(/budget "cap"/);
  });
});
