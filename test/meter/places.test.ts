import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createMeter, type FetchOptions, type RequestRecord } from "../../src/index.ts";

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const USAGE = { prompt_tokens: 5, completion_tokens: 700, total_tokens: 705 };
const CHAT = { id: "c", object: "chat.completion", model: "gpt-oss-120b", choices: [], usage: USAGE };
const MESSAGE = {
  type: "message",
  model: "claude-sonnet-4-5",
  content: [],
  usage: { input_tokens: 5, output_tokens: 7 },
};

interface Exchange {
  readonly url: string;
  readonly model?: string;
  readonly answer?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly options?: FetchOptions;
}

/** What is recorded of one exchange through a metered fetch. */
async function recorded({ url, model = "gpt-oss-120b", answer = CHAT, headers = {}, options }: Exchange) {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answer, { headers })), ...options });
  await (await fetch(url, { method: "POST", body: JSON.stringify({ model }) })).json();
  await meter.close();
  return records[0]!;
}

const BEDROCK = "https://bedrock-runtime.eu-west-3.amazonaws.com/openai/v1/chat/completions";
const EU_PROFILE = "eu-central-1+eu-central-2+eu-north-1+eu-south-1+eu-south-2+eu-west-1+eu-west-2+eu-west-3";

describe("a request's zone", () => {
  test.for<[name: string, Exchange, zone: string | undefined, zoneBasis: string]>([
    ["is the region that stands in the host", { url: BEDROCK }, "eu-west-3", "endpoint"],
    [
      "is the location that stands in the path",
      {
        url: "https://aiplatform.googleapis.com/v1/projects/p/locations/europe-north2/endpoints/openapi/chat/completions",
      },
      "europe-north2",
      "endpoint",
    ],
    [
      "is the set of regions that a model's geography stands for",
      { url: BEDROCK, model: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0" },
      EU_PROFILE,
      "endpoint",
    ],
    [
      "is Japan for jp.",
      { url: BEDROCK, model: "jp.anthropic.claude-sonnet-4-5-20250929-v1:0" },
      "ap-northeast-1+ap-northeast-3",
      "endpoint",
    ],
    [
      "is the government's regions for us-gov.",
      { url: BEDROCK, model: "us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0" },
      "us-gov-east-1+us-gov-west-1",
      "endpoint",
    ],
    [
      "is that of a profile in an ARN",
      { url: BEDROCK, model: "arn:aws:bedrock:eu-west-3:1:inference-profile/au.anthropic.claude-sonnet-4-5" },
      "ap-southeast-2+ap-southeast-4",
      "endpoint",
    ],
    [
      "is not the region where a global profile is entered",
      { url: BEDROCK, model: "global.anthropic.claude-sonnet-4-5-20250929-v1:0" },
      "USA",
      "provider_default",
    ],
    [
      "does not come of a prefix before something that is not a vendor",
      { url: BEDROCK, model: "eu.my-own-model" },
      "eu-west-3",
      "endpoint",
    ],
    [
      "is the region that Azure's answer states",
      {
        url: "https://r.openai.azure.com/openai/deployments/d/chat/completions",
        headers: { "x-ms-region": "Sweden Central" },
      },
      "swedencentral",
      "stated",
    ],
    [
      "is the site that Groq's answer states",
      { url: "https://api.groq.com/openai/v1/chat/completions", headers: { "x-groq-region": "fra" } },
      "DEU",
      "stated",
    ],
    [
      "is the provider's where Groq's answer states a site that is not known",
      { url: "https://api.groq.com/openai/v1/chat/completions", headers: { "x-groq-region": "zzz" } },
      "USA",
      "provider_default",
    ],
    [
      "is the geography that Anthropic's answer states",
      {
        url: "https://api.anthropic.com/v1/messages",
        answer: { ...MESSAGE, usage: { ...MESSAGE.usage, inference_geo: "us" } },
      },
      "USA",
      "stated",
    ],
    [
      "is not a geography where Anthropic's answer says global",
      {
        url: "https://api.anthropic.com/v1/messages",
        answer: { ...MESSAGE, usage: { ...MESSAGE.usage, inference_geo: "global" } },
      },
      "USA",
      "provider_default",
    ],
    [
      "is not read from another provider's header",
      { url: "https://api.deepseek.com/chat/completions", headers: { "x-ms-region": "Sweden Central" } },
      "CHN",
      "provider_default",
    ],
    [
      "is the one that was declared, whatever the endpoint and the answer say",
      {
        url: "https://r.openai.azure.com/openai/deployments/d/chat/completions",
        headers: { "x-ms-region": "Sweden Central" },
        options: { zone: "FRA" },
      },
      "FRA",
      "declared",
    ],
    [
      "is the provider's where a region is only where requests enter",
      { url: "https://eu.ai-gateway.vercel.sh/v1/chat/completions" },
      undefined,
      "world",
    ],
    [
      "is anywhere where Alibaba's international scope serves, and not China",
      { url: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions" },
      "WORLD",
      "endpoint",
    ],
  ])("%s", async ([, exchange, zone, zoneBasis]) => {
    const record = await recorded(exchange);
    expect([record.zone, record.zoneBasis]).toStrictEqual([zone, zoneBasis]);
  });

  test("of a set of regions has the range of all of them", async () => {
    // How long a request took bounds its energy: all take the same.
    vi.spyOn(performance, "now").mockReturnValue(0);
    const co2e = async (model: string, url = BEDROCK) => (await recorded({ url, model })).footprint!.co2eGrams!;
    const alone = async (region: string) => co2e("anthropic.claude-sonnet-4-5", BEDROCK.replace("eu-west-3", region));
    const [profile, sweden, germany] = await Promise.all([
      co2e("eu.anthropic.claude-sonnet-4-5"),
      alone("eu-north-1"),
      alone("eu-central-1"),
    ]);
    expect(profile.low).toBeLessThanOrEqual(sweden.low);
    expect(profile.high).toBeGreaterThanOrEqual(germany.high);
    expect(sweden.central).toBeLessThan(profile.central);
    expect(profile.central).toBeLessThan(germany.central);
  });

  test("makes a request in Stockholm what it is when the zone is given", async () => {
    const { footprint } = await recorded({ url: BEDROCK.replace("eu-west-3", "eu-north-1") });
    const given = createMeter().record({
      provider: "aws.bedrock",
      model: "gpt-oss-120b",
      operation: "chat",
      zone: "eu-north-1",
      usage: { inputTokens: 5, outputTokens: 700 },
    });
    expect(footprint!.co2eGrams!.central).toBeCloseTo(given!.footprint!.co2eGrams!.central, 12);
  });

  test("comes of the model's id in a report, too", () => {
    const record = createMeter().record({
      provider: "aws.bedrock",
      model: "eu.anthropic.claude-sonnet-4-5",
      operation: "chat",
    });
    expect(record).toMatchObject({ zone: EU_PROFILE, zoneBasis: "endpoint" });
  });
});

describe("whom a router passed a request on to", () => {
  test.for<[name: string, Exchange, servedBy: string | undefined, zone: string | undefined]>([
    [
      "is read from OpenRouter's answer, and has the zone",
      { url: "https://openrouter.ai/api/v1/chat/completions", answer: { ...CHAT, provider: "DeepSeek" } },
      "deepseek",
      "CHN",
    ],
    [
      "is read from Hugging Face's header",
      { url: "https://router.huggingface.co/v1/chat/completions", headers: { "x-inference-provider": "scaleway" } },
      "scaleway",
      "FRA",
    ],
    [
      "stays unsaid where the name is not known",
      { url: "https://openrouter.ai/api/v1/chat/completions", answer: { ...CHAT, provider: "Nobody" } },
      undefined,
      "USA",
    ],
    [
      "is not read where others use the same word",
      { url: "https://api.groq.com/openai/v1/chat/completions", answer: { ...CHAT, provider: "DeepSeek" } },
      undefined,
      "USA",
    ],
  ])("%s", async ([, exchange, servedBy, zone]) => {
    const record = await recorded(exchange);
    expect([record.servedBy, record.zone, record.zoneBasis]).toStrictEqual([servedBy, zone, "provider_default"]);
  });

  test("is read from the first event of a stream", async () => {
    const chunk = { id: "c", object: "chat.completion.chunk", provider: "Mistral", model: "mistral-large-2411" };
    const events = [
      { ...chunk, choices: [{ index: 0, delta: { content: "Hi" } }] },
      { ...chunk, choices: [], usage: USAGE },
    ];
    const text = `: OPENROUTER PROCESSING\n\n${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`;
    const stream = () => Promise.resolve(new Response(text, { headers: { "content-type": "text/event-stream" } }));
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    const body = JSON.stringify({ model: "mistralai/mistral-large-2411", stream: true });
    const answer = await meter.fetch({ fetch: stream })("https://openrouter.ai/api/v1/chat/completions", {
      method: "POST",
      body,
    });
    for await (const _ of answer.body!);
    await meter.close();
    expect(records).toMatchObject([{ provider: "openrouter", servedBy: "mistral_ai", usage: { outputTokens: 700 } }]);
  });
});
