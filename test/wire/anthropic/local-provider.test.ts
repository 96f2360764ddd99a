import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { createMeter, type RequestRecord } from "../../../src/index.ts";

const provider = await startLocalProvider();
afterAll(() => provider.close());

const HEADERS = { "content-type": "application/json", "x-api-key": "sk-test", "anthropic-version": "2023-06-01" };
const ASKED = {
  model: "claude-sonnet-4-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Say one word." }],
};

let records: RequestRecord[];
let post: (path: string, body: object, init?: RequestInit) => Promise<Response>;
let settled: () => Promise<RequestRecord[]>;

beforeEach(() => {
  const meter = createMeter();
  records = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ provider: "anthropic" });
  post = (path, body, init) =>
    fetch(`${provider.anthropicBaseURL}/v1${path}`, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(body),
      ...init,
    });
  settled = async () => {
    await meter.flush();
    return records;
  };
});

/** Of "Say one word." 4 tokens; the answer is one of 12 words. */
const PLAIN = { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 12 };

describe("a message of Anthropic's API, through a metered fetch", () => {
  test("counts its input, its cache classes and its output", async () => {
    const system = [{ type: "text", text: "one two three four five", cache_control: { type: "ephemeral" } }];
    await (await post("/messages", { ...ASKED, system })).json();
    expect(await settled()).toMatchObject([
      {
        provider: "anthropic",
        operation: "chat",
        requestedModel: "claude-sonnet-4-5",
        respondedModel: "claude-sonnet-4-5",
        outcome: "completed",
        usageSource: "reported",
        usage: { inputTokens: 4 + 1, cacheReadTokens: 3, cacheWriteTokens: 3, outputTokens: 12 },
      },
    ]);
  });

  test("counts the same when it is streamed", async () => {
    const streamed = await post("/messages", { ...ASKED, stream: true });
    expect(await streamed.text()).toContain("message_stop");
    expect(await settled()).toMatchObject([{ outcome: "completed", usageSource: "reported", usage: PLAIN }]);
  });

  test("counts thinking as reasoning", async () => {
    const thinking = { type: "enabled", budget_tokens: 1024 };
    await (await post("/messages", { ...ASKED, thinking, stream: true })).text();
    expect(await settled()).toMatchObject([{ usage: { ...PLAIN, reasoningTokens: 16 } }]);
  });

  test("that is refused is a failure", async () => {
    await (await post("/messages", { ...ASKED, model: undefined })).text();
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "http_400", usage: undefined }]);
  });

  test("does not count as a request where only its tokens are counted", async () => {
    expect(await (await post("/messages/count_tokens", ASKED)).json()).toStrictEqual({ input_tokens: 4 });
    expect(await settled()).toStrictEqual([]);
  });
});

test("a stream of Anthropic's that is left after some words has its input reported and its output estimated", async () => {
  provider.enqueue({ holdAfter: 6 });
  const controller = new AbortController();
  const response = await post("/messages", { ...ASKED, stream: true }, { signal: controller.signal });
  const reader = response.body!.getReader();
  let seen = "";
  while ((seen.match(/text_delta/g) ?? []).length < 3) {
    seen += Buffer.from((await reader.read()).value).toString();
  }
  await reader.cancel();
  expect(await settled()).toMatchObject([
    { outcome: "abandoned", usageSource: "estimated", usage: { ...PLAIN, outputTokens: 3 } },
  ]);
  expect((await settled())[0]!.rawUsage).toMatchObject({ input_tokens: 4 });
});
