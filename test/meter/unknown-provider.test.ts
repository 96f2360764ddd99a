import { Mistral } from "@mistralai/mistralai";
import OpenAI, { AzureOpenAI } from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createMeter, type RequestRecord, type WrapOptions } from "../../src/index.ts";

const ANSWER = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "llama-3.3-70b",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 5, completion_tokens: 700, total_tokens: 705 },
};
const QUESTION = { model: "llama-3.3-70b", messages: [{ role: "user" as const, content: "hello" }] };

const answering = () => Promise.resolve(Response.json(ANSWER));

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void warned.push(String(message)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The warnings about hosts, without those about models. */
const warnings = (): string[] => warned.filter((message) => message.includes("host"));

/** Makes calls with a new meter, and what it records of them. */
async function recorded(call: (meter: ReturnType<typeof createMeter>) => unknown): Promise<readonly RequestRecord[]> {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  await call(meter);
  await meter.close();
  return records;
}

const ask = (baseURL: string, options?: WrapOptions) => (meter: ReturnType<typeof createMeter>) =>
  meter
    .wrap(new OpenAI({ apiKey: "k", baseURL, fetch: answering, maxRetries: 0 }), options)
    .chat.completions.create(QUESTION);

describe("a host of which nobody says whose it is", () => {
  test("serves for the provider unknown, at the world's average, with one warning that says what to set", async () => {
    const records = await recorded(async (meter) => {
      const client = meter.wrap(
        new OpenAI({ apiKey: "k", baseURL: "https://llm.example.com/v1", fetch: answering, maxRetries: 0 }),
      );
      await client.chat.completions.create(QUESTION);
      await client.chat.completions.create(QUESTION);
    });
    expect(records).toMatchObject([
      { provider: "unknown", zone: undefined, zoneBasis: "world", endpoint: "llm.example.com", outcome: "completed" },
      { provider: "unknown", zone: undefined, zoneBasis: "world", endpoint: "llm.example.com", outcome: "completed" },
    ]);
    expect(records[0]!.footprint?.warnings).toContain("zone_world_average");
    expect(warnings()).toStrictEqual([
      'llm-footprint: no provider is known of the host "llm.example.com", so its requests count under the provider "unknown", at the world\'s average electricity; set provider and zone in meter.wrap() or meter.fetch()',
    ]);
  });

  test("takes the zone that is set, and is then asked for the provider alone", async () => {
    const [record] = await recorded(ask("https://llm.example.com/v1", { zone: "SWE" }));
    expect(record).toMatchObject({ provider: "unknown", zone: "SWE", zoneBasis: "declared" });
    expect(warnings()).toStrictEqual([
      'llm-footprint: no provider is known of the host "llm.example.com", so its requests count under the provider "unknown"; set provider in meter.wrap() or meter.fetch()',
    ]);
  });

  test("takes the provider that is set, without a warning", async () => {
    const [record] = await recorded(ask("https://llm.example.com/v1", { provider: "scaleway" }));
    expect(record).toMatchObject({ provider: "scaleway", zone: "FRA", zoneBasis: "provider_default" });
    expect(warnings()).toStrictEqual([]);
  });

  test("is nobody's under a bare meter.fetch() as well", async () => {
    const [record] = await recorded(async (meter) => {
      const body = JSON.stringify(QUESTION);
      const fetch = meter.fetch({ fetch: answering });
      await (await fetch("http://10.0.0.5:8000/v1/chat/completions", { method: "POST", body })).json();
    });
    expect(record).toMatchObject({ provider: "unknown", zoneBasis: "world" });
  });

  test("is OpenAI's where the SDK goes there by default", async () => {
    const [record] = await recorded(ask("https://api.openai.com/v1"));
    expect(record).toMatchObject({ provider: "openai" });
    expect(warnings()).toStrictEqual([]);
  });

  test("is Azure's where the class is AzureOpenAI, whatever gateway stands in front", async () => {
    const records = await recorded(async (meter) => {
      const options = { apiKey: "k", apiVersion: "2024-10-21", fetch: answering, maxRetries: 0 };
      const client = meter.wrap(new AzureOpenAI({ ...options, endpoint: "https://company.azure-api.net" }));
      await client.chat.completions.create({ ...QUESTION, model: "gpt-4o" });
      await client.withOptions({ timeout: 1000 }).chat.completions.create({ ...QUESTION, model: "gpt-4o" });
    });
    expect(records).toMatchObject([{ provider: "azure.ai.openai" }, { provider: "azure.ai.openai" }]);
    expect(warnings()).toStrictEqual([]);
  });

  test("is Mistral's where its SDK, which serves nobody else, is sent there", async () => {
    const [record] = await recorded(async (meter) => {
      const httpClient = { request: answering, addHook: () => undefined, removeHook: () => undefined };
      const mistral = new Mistral({
        apiKey: "k",
        serverURL: "https://llm.example.com",
        httpClient: httpClient as never,
      });
      await meter.wrap(mistral).chat.complete({ model: "mistral-large-2411", messages: QUESTION.messages });
    });
    expect(record).toMatchObject({ provider: "mistral_ai" });
    expect(warnings()).toStrictEqual([]);
  });
});
