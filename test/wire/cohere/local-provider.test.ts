import { buffer } from "node:stream/consumers";

import { afterAll, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { metered } from "../metered.ts";

const provider = await startLocalProvider();
afterAll(() => provider.close());

const url = (path: string): string => `${provider.cohereBaseURL}${path}`;
const client = () => metered({ provider: "cohere" });

/** 4 of the question and 60 of Cohere's own prompt; 12 of the answer and one more. The bill says 4 and 12. */
const USAGE = { inputTokens: 4 + 60, cacheReadTokens: 0, outputTokens: 12 + 1 };
const SECOND = { model: "command-a-03-2025", messages: [{ role: "user", content: "Say one word." }] };
const FIRST = { model: "command-r-08-2024", message: "Say one word." };

describe("Cohere, through a metered fetch", () => {
  test.for([
    ["/v2/chat", SECOND],
    ["/v2/chat", { ...SECOND, stream: true }],
    ["/v1/chat", FIRST],
    ["/v1/chat", { ...FIRST, stream: true }],
  ] as const)("counts the tokens of %s, not the billed units (%j)", async ([path, body]) => {
    const { post, settled } = client();
    await buffer((await post(url(path), body)).body!);
    expect(await settled()).toMatchObject([
      {
        provider: "cohere",
        requestedModel: body.model,
        operation: "chat",
        outcome: "completed",
        usage: USAGE,
        usageSource: "reported",
        ...("stream" in body && { timeToFirstTokenSeconds: expect.any(Number) as number }),
      },
    ]);
  });

  test.for([
    ["/v2/chat", { finish_reason: "ERROR", usage: { tokens: { input_tokens: 64, output_tokens: 1 } } }],
    ["/v1/chat", { finish_reason: "ERROR_TOXIC", meta: { tokens: { input_tokens: 64, output_tokens: 1 } } }],
  ] as const)(
    "counts an answer of %s that says that it failed as a failure, with its tokens",
    async ([path, answer]) => {
      const { post, settled } = metered({ fetch: () => Promise.resolve(Response.json(answer)) });
      await (await post(`https://api.cohere.com${path}`, SECOND)).text();
      expect(await settled()).toMatchObject([{ outcome: "failed", usage: { inputTokens: 64, outputTokens: 1 } }]);
    },
  );

  test("estimates a stream that is left", async () => {
    provider.enqueue({ holdAfter: 4 });
    const { post, settled } = client();
    const reader = (await post(url("/v2/chat"), { ...SECOND, stream: true })).body!.getReader();
    let text = "";
    while (text.split("content-delta").length <= 4) text += Buffer.from((await reader.read()).value).toString();
    await reader.cancel();
    expect(await settled()).toMatchObject([
      { outcome: "abandoned", usageSource: "estimated", usage: { outputTokens: 2 } },
    ]);
  });

  test("counts embeddings by their billed units, which are all that they state, and rerank without tokens", async () => {
    const { post, settled } = client();
    for (const version of ["v1", "v2"]) {
      await (await post(url(`/${version}/embed`), { model: "embed-v4.0", texts: ["one two", "three"] })).json();
      await (await post(url(`/${version}/rerank`), { model: "rerank-v3.5", query: "q", documents: ["a", "b"] })).json();
    }
    const embed = { operation: "embeddings", requestedModel: "embed-v4.0", usage: { inputTokens: 3 } };
    const rerank = {
      operation: "rerank",
      requestedModel: "rerank-v3.5",
      usageSource: "missing",
      unattributedReason: "no_usage",
      rawUsage: { billed_units: { search_units: 1 } },
    };
    expect(await settled()).toMatchObject([embed, rerank, embed, rerank]);
  });

  test("does not count as a request where a text is only cut into tokens", async () => {
    const { post, settled } = client();
    await (await post(url("/v1/tokenize"), { model: "command-r", text: "one two" })).json();
    expect(await settled()).toStrictEqual([]);
  });
});
