import { buffer } from "node:stream/consumers";

import { afterAll, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { metered } from "../metered.ts";

const provider = await startLocalProvider();
afterAll(() => provider.close());

const url = (path: string): string => `${provider.ollamaHost}/api${path}`;
const client = () => metered({ provider: "ollama" });
const CHAT = { model: "llama3.2", messages: [{ role: "user", content: "Say one word." }] };
const GENERATE = { model: "llama3.2", prompt: "Say one word." };
const TOOLS = [
  { type: "function", function: { name: "f", parameters: { properties: { done: { type: "boolean" } } } } },
];

describe("Ollama, through a metered fetch", () => {
  test.for([
    ["/chat", CHAT, "chat", 12],
    ["/chat", { ...CHAT, stream: false }, "chat", 12],
    ["/chat", { ...CHAT, options: { num_predict: 5 } }, "chat", 5],
    ["/generate", GENERATE, "completions", 12],
    ["/generate", { ...GENERATE, stream: false }, "completions", 12],
  ] as const)("counts %s %j", async ([path, body, operation, outputTokens]) => {
    const { post, settled } = client();
    await buffer((await post(url(path), body)).body!);
    expect(await settled()).toMatchObject([
      {
        provider: "ollama",
        requestedModel: "llama3.2",
        respondedModel: "llama3.2",
        operation,
        outcome: "completed",
        usage: { inputTokens: 4, outputTokens },
        usageSource: "reported",
        rawUsage: { prompt_eval_count: 4, eval_count: outputTokens },
      },
    ]);
  });

  test.for([{}, { tools: TOOLS }])(
    "counts a stream whose reader, as Ollama's SDK does, stops at its last line and neither reads on nor cancels (%j)",
    async (more) => {
      const { post, settled } = client();
      const reader = (await post(url("/chat"), { ...CHAT, ...more })).body!.getReader();
      let text = "";
      while (!text.includes("eval_duration")) text += Buffer.from((await reader.read()).value).toString();
      expect(await settled()).toMatchObject([
        { outcome: "completed", usageSource: "reported", usage: { inputTokens: 4 } },
      ]);
      await reader.cancel();
    },
  );

  test("estimates a stream that is left", async () => {
    provider.enqueue({ holdAfter: 3 });
    const { post, settled } = client();
    const reader = (await post(url("/chat"), CHAT)).body!.getReader();
    let text = "";
    while (text.split("\n").length <= 3) text += Buffer.from((await reader.read()).value).toString();
    await reader.cancel();
    expect(await settled()).toMatchObject([
      {
        outcome: "abandoned",
        usageSource: "estimated",
        usage: { inputTokens: Math.ceil(JSON.stringify(CHAT).length / 4), outputTokens: 3 },
      },
    ]);
  });

  test("is a failure where an error comes in a stream", async () => {
    provider.enqueue({ errorEventAfter: 2 });
    const { post, settled } = client();
    await (await post(url("/chat"), CHAT)).text();
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "stream_error" }]);
  });

  test("is a stream because it was asked for, whatever the content type", async () => {
    for (const contentType of ["application/json", "text/plain", "application/octet-stream"]) {
      provider.enqueue({ contentType });
      const { post, settled } = client();
      await buffer((await post(url("/chat"), CHAT)).body!);
      expect(await settled(), contentType).toMatchObject([
        { outcome: "completed", usage: { inputTokens: 4, outputTokens: 12 } },
      ]);
    }
  });

  test("counts embeddings, of which the older path states nothing", async () => {
    const { post, settled } = client();
    await (await post(url("/embed"), { model: "all-minilm", input: ["one two", "three"] })).json();
    await (await post(url("/embeddings"), { model: "all-minilm", prompt: "one two" })).json();
    expect(await settled()).toMatchObject([
      { operation: "embeddings", usage: { inputTokens: 3 }, usageSource: "reported" },
      { operation: "embeddings", usageSource: "missing" },
    ]);
  });

  test.for([
    ["/generate", { model: "llama3.2" }],
    ["/generate", { model: "llama3.2", prompt: "", keep_alive: 0 }],
    ["/chat", { model: "llama3.2", messages: [] }],
    ["/show", { model: "llama3.2" }],
  ] as const)("does not count as a request where a model is only loaded or shown: %s %j", async ([path, body]) => {
    const { post, settled } = client();
    expect((await post(url(path), body)).status).toBe(200);
    expect(await settled()).toStrictEqual([]);
  });
});
