import { createOpenAI } from "@ai-sdk/openai";
import { ChatOpenAI } from "@langchain/openai";
import {
  embed,
  generateImage,
  generateText,
  streamText,
  wrapEmbeddingModel,
  wrapImageModel,
  wrapLanguageModel,
} from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { TOKENS_PER_IMAGE } from "../../examples/local-provider/openai/images.ts";
import { TIME_IS_OVER } from "../clients/essentials.ts";
import { footprintMiddleware } from "../../src/ai-sdk.ts";
import { BudgetExceededError, createMeter, type Meter, type RequestRecord } from "../../src/index.ts";
import { DEFAULT_CONFIGURATION } from "../../src/serve/configuration.ts";
import { startServer } from "../../src/serve/start.ts";
import { FootprintCallbackHandler } from "../../src/langchain.ts";

const MODEL = "gpt-4o-mini";
const prompt = "Say something short.";
const RATE_LIMITED = { status: 429, retryAfterMilliseconds: 1 };

let provider: LocalProvider;
beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

function recording(options: Parameters<typeof createMeter>[0] = {}) {
  const meter = createMeter(options);
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const settled = async (): Promise<RequestRecord[]> => (await meter.flush(), records);
  return { meter, settled };
}

const usage = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };
/** The local provider's, of the prompt above. */
const IMAGE_USAGE = { inputTokens: 4, outputTokens: TOKENS_PER_IMAGE, images: 1 };
const counted = { outcome: "completed", operation: "chat", respondedModel: MODEL, usage, usageSource: "reported" };

/** A deadline that is over when the provider has got the next request. */
function deadlineOnceAsked(): AbortSignal {
  const controller = new AbortController();
  const before = provider.requests.length;
  void expect
    .poll(() => provider.requests.length)
    .toBe(before + 1)
    .then(() => controller.abort(TIME_IS_OVER));
  return controller.signal;
}

/** With nothing metered below, and with a metered fetch, which must not count a second time. */
const belows = [
  { below: "nothing", fetchOf: (_meter: Meter) => undefined },
  { below: "a metered fetch", fetchOf: (meter: Meter) => meter.fetch({ provider: "openai" }) },
];

describe.for(belows)("the middleware of the AI SDK over $below", ({ fetchOf }) => {
  const models = (meter: Meter) => {
    const fetch = fetchOf(meter);
    const openai = createOpenAI({ apiKey: "a key", baseURL: provider.openaiBaseURL, ...(fetch && { fetch }) });
    const middleware = footprintMiddleware(meter);
    return {
      chat: wrapLanguageModel({ model: openai.chat(MODEL), middleware }),
      embedding: wrapEmbeddingModel({ model: openai.embedding("text-embedding-3-small"), middleware }),
      image: wrapImageModel({ model: openai.image("gpt-image-1"), middleware }),
    };
  };

  test("counts a generated text once", async () => {
    const { meter, settled } = recording();
    const { text } = await generateText({ model: models(meter).chat, prompt });
    expect(text).toMatch(/^A model answers/);
    expect(await settled()).toMatchObject([{ ...counted, provider: "openai", requestedModel: MODEL, attempts: 1 }]);
  });

  test("joins the retries of a generated text", async () => {
    const { meter, settled } = recording();
    provider.enqueue(RATE_LIMITED);
    await generateText({ model: models(meter).chat, prompt });
    expect(await settled()).toMatchObject([{ ...counted, attempts: 2 }]);
  });

  test("joins the retries of a streamed text", async () => {
    const { meter, settled } = recording();
    provider.enqueue(RATE_LIMITED);
    let text = "";
    for await (const piece of streamText({ model: models(meter).chat, prompt }).textStream) text += piece;
    expect(text).toMatch(/^A model answers/);
    expect(await settled()).toMatchObject([
      { ...counted, attempts: 2, timeToFirstTokenSeconds: expect.any(Number) as number },
    ]);
  });

  test("says of a call that fails for good how often it was sent", async () => {
    const { meter, settled } = recording();
    provider.enqueue(RATE_LIMITED, RATE_LIMITED, RATE_LIMITED);
    await expect(generateText({ model: models(meter).chat, prompt })).rejects.toThrow();
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "http_429", attempts: 3 }]);
  });

  test("counts an embedding and an image", async () => {
    const { meter, settled } = recording();
    await embed({ model: models(meter).embedding, value: prompt });
    await generateImage({ model: models(meter).image, prompt });
    expect(await settled()).toMatchObject([
      { operation: "embeddings", outcome: "completed", usage: { inputTokens: 4 } },
      { operation: "images", outcome: "completed", usageSource: "reported", usage: IMAGE_USAGE },
    ]);
  });

  test("estimates a stream that is left", async () => {
    const { meter, settled } = recording();
    const leaving = new AbortController();
    provider.enqueue({ holdAfter: 4 });
    const { textStream } = streamText({
      model: models(meter).chat,
      prompt,
      abortSignal: leaving.signal,
      onError: () => undefined,
    });
    const left = async (): Promise<void> => {
      let pieces = 0;
      for await (const _ of textStream) if (++pieces === 3) leaving.abort();
    };
    await left().catch(() => undefined);
    await expect.poll(async () => (await settled()).length).toBe(1);
    expect(await settled()).toMatchObject([
      {
        outcome: "abandoned",
        usageSource: "estimated",
        usage: { inputTokens: expect.any(Number) as number, outputTokens: 3 },
        respondedModel: MODEL,
      },
    ]);
  });

  test("takes a deadline that is over for a timeout, before an answer and in a stream", async () => {
    const { meter, settled } = recording();
    const { chat } = models(meter);
    provider.enqueue({ latencyMilliseconds: 5000 }, { holdAfter: 3 });
    await expect(generateText({ model: chat, prompt, abortSignal: deadlineOnceAsked() })).rejects.toThrow();
    await streamText({
      model: chat,
      prompt,
      abortSignal: deadlineOnceAsked(),
      onError: () => undefined,
    }).consumeStream({ onError: () => undefined });
    await expect.poll(async () => (await settled()).length).toBe(2);
    expect(await settled()).toMatchObject(Array(2).fill({ outcome: "failed", errorType: "timeout" }));
  });

  test("refuses what a budget has no room for, before anything is sent", async () => {
    const { meter } = recording({
      budgets: [{ name: "few", criterion: "requests", limit: 1, window: "day", mode: "refuse" }],
    });
    const { chat } = models(meter);
    await generateText({ model: chat, prompt });
    const before = provider.requests.length;
    await expect(generateText({ model: chat, prompt })).rejects.toThrow(BudgetExceededError);
    expect([provider.requests.length - before, meter.budgets()[0]?.used.central]).toStrictEqual([0, 1]);
  });
});

test("the middleware of the AI SDK leaves to the gateway what that has counted, but where it is told to count", async () => {
  const gateway = await startServer({
    ...DEFAULT_CONFIGURATION,
    port: 0,
    upstreams: [{ name: "local", url: provider.url, provider: "openai" }],
  });
  const baseURL = provider.openaiBaseURL.replace(provider.url, `${gateway.url}/local`);
  const openai = createOpenAI({ apiKey: "a key", baseURL });
  const { meter, settled } = recording();
  const through = (options?: Parameters<typeof footprintMiddleware>[1]) => {
    const middleware = footprintMiddleware(meter, options);
    return {
      chat: wrapLanguageModel({ model: openai.chat(MODEL), middleware }),
      embedding: wrapEmbeddingModel({ model: openai.embedding("text-embedding-3-small"), middleware }),
    };
  };
  const { chat, embedding } = through();
  await generateText({ model: chat, prompt });
  for await (const _ of streamText({ model: chat, prompt }).textStream) continue;
  await embed({ model: embedding, value: prompt });
  provider.enqueue({ status: 400 });
  await expect(generateText({ model: chat, prompt, maxRetries: 0 })).rejects.toThrow();
  expect(await settled()).toStrictEqual([]);
  await gateway.meter.flush();
  expect(gateway.meter.totals().overall.requests).toStrictEqual({ completed: 3, abandoned: 0, failed: 1 });
  await generateText({ model: through({ behindGateway: "count" }).chat, prompt });
  expect(await settled()).toMatchObject([counted]);
  await gateway.drain(50);
});

describe.for(belows)("the callback handler of LangChain over $below", ({ fetchOf }) => {
  const modelOf = (meter: Meter, maxRetries = 2) => {
    const fetch = fetchOf(meter);
    return new ChatOpenAI({
      apiKey: "a key",
      model: MODEL,
      maxRetries,
      configuration: { baseURL: provider.openaiBaseURL, ...(fetch && { fetch }) },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- LangChain takes any object with these methods
      callbacks: [new FootprintCallbackHandler(meter)],
    });
  };

  test("counts an answer once", async () => {
    const { meter, settled } = recording();
    const answer = await modelOf(meter).invoke(prompt);
    expect(answer.content).toMatch(/^A model answers/);
    expect(await settled()).toMatchObject([{ ...counted, provider: "openai", requestedModel: MODEL, attempts: 1 }]);
  });

  test("counts a stream once", async () => {
    const { meter, settled } = recording();
    let text = "";
    for await (const chunk of await modelOf(meter).stream(prompt)) text += chunk.text;
    expect(text).toMatch(/^A model answers/);
    expect(await settled()).toMatchObject([counted]);
  });

  test("counts concurrent answers one by one", async () => {
    const { meter, settled } = recording();
    await modelOf(meter).batch([prompt, prompt, prompt]);
    expect(await settled()).toMatchObject([counted, counted, counted]);
  });

  test("joins retries", async () => {
    const { meter, settled } = recording();
    provider.enqueue({ status: 503 });
    await modelOf(meter).invoke(prompt);
    const [record, ...others] = await settled();
    expect(others).toStrictEqual([]);
    expect(record).toMatchObject(counted);
  });

  test("takes a deadline that is over for a timeout", async () => {
    const { meter, settled } = recording();
    provider.enqueue({ latencyMilliseconds: 5000 });
    await expect(modelOf(meter, 0).invoke(prompt, { signal: deadlineOnceAsked() })).rejects.toThrow();
    await expect.poll(async () => (await settled()).length).toBe(1);
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "timeout" }]);
  });

  test("counts a failure", async () => {
    const { meter, settled } = recording();
    provider.enqueue({ status: 400 });
    await expect(modelOf(meter, 0).invoke(prompt)).rejects.toThrow();
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "http_400", attempts: 1 }]);
  });

  test("refuses what a budget has no room for, before anything is sent", async () => {
    const { meter } = recording({
      budgets: [{ name: "few", criterion: "requests", limit: 1, window: "day", mode: "refuse" }],
    });
    const model = modelOf(meter);
    await model.invoke(prompt);
    const before = provider.requests.length;
    await expect(model.invoke(prompt)).rejects.toThrow('budget "few" has no room');
    expect([provider.requests.length - before, meter.budgets()[0]?.used.central]).toStrictEqual([0, 1]);
  });
});

test("the middleware names what is not a meter", () => {
  expect(() => footprintMiddleware({})).toThrow(/footprintMiddleware: expected a meter/);
  expect(() => new FootprintCallbackHandler({})).toThrow(/FootprintCallbackHandler: expected a meter/);
});
