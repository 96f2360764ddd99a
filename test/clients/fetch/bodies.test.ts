import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";

import { HTTPClient } from "@mistralai/mistralai/lib/http.js";
import { Mistral } from "@mistralai/mistralai";
import nodeFetch, { Request as NodeFetchRequest } from "node-fetch";
import * as undici from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { BudgetExceededError, createMeter, type MeterOptions, type RequestRecord } from "../../../src/index.ts";

let provider: LocalProvider;
beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

const QUESTION = JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] });
const HEADERS = { "content-type": "application/json", authorization: "Bearer k" };
const url = (): string => `${provider.openaiBaseURL}/chat/completions`;
const init = (body: unknown): RequestInit => ({ method: "POST", headers: HEADERS, body: body as string });

type Parameters = readonly [input: string | Request, init?: RequestInit];

/** As of a realm that a test runner has made. */
const bufferOfAnotherRealm = runInNewContext("Uint8Array.from(bytes).buffer", {
  bytes: [...Buffer.from(QUESTION)],
}) as ArrayBuffer;

/** The same question in each form that fetch takes and that can be looked into. */
const readable: readonly (readonly [name: string, form: () => Parameters])[] = [
  ["text", () => [url(), init(QUESTION)]],
  ["a Buffer", () => [url(), init(Buffer.from(QUESTION))]],
  ["a view into a larger buffer", () => [url(), init(Buffer.from(`xx${QUESTION}xx`).subarray(2, 2 + QUESTION.length))]],
  ["an ArrayBuffer", () => [url(), init(new TextEncoder().encode(QUESTION).buffer)]],
  ["an ArrayBuffer of another realm", () => [url(), init(bufferOfAnotherRealm)]],
  ["a Blob", () => [url(), init(new Blob([QUESTION]))]],
  ["a Request", () => [new Request(url(), init(QUESTION))]],
  ["a Request of bytes", () => [new Request(url(), init(Buffer.from(QUESTION)))]],
  ["a Request of a stream", () => [new Request(url(), { ...init(new Blob([QUESTION]).stream()), duplex: "half" })]],
  ["a Request whose body is given anew", () => [new Request(url(), init("{}")), { body: QUESTION }]],
];

const streams: readonly (readonly [name: string, form: () => Parameters])[] = [
  ["a stream", () => [url(), { ...init(new Blob([QUESTION]).stream()), duplex: "half" }]],
  ["a Node stream", () => [url(), { ...init(Readable.from([Buffer.from(QUESTION)])), duplex: "half" }]],
];

function metered(options: MeterOptions = {}) {
  const meter = createMeter(options);
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { meter, records, fetch: meter.fetch({ provider: "openai" }) };
}

describe.for([...readable, ...streams])("a body as %s", ([, form]) => {
  test("arrives as it was given, and is used up", async () => {
    const { meter, fetch } = metered();
    const before = provider.requests.length;
    const [input, given] = form();
    const answer = await fetch(input, given);
    expect(answer.status).toBe(200);
    await answer.json();
    expect(provider.requests[before]!.body).toStrictEqual(JSON.parse(QUESTION));
    if (input instanceof Request && given === undefined) expect(input.bodyUsed).toBe(true);
    await meter.close();
  });
});

describe.for(readable)("a body as %s", ([, form]) => {
  test("says its model, also where the request fails", async () => {
    const { meter, records, fetch } = metered();
    provider.enqueue({}, { status: 400 });
    for (let count = 0; count < 2; count++) {
      await (await fetch(...form())).text();
      await meter.flush();
    }
    expect(records.map(({ requestedModel, outcome }) => [requestedModel, outcome])).toStrictEqual([
      ["gpt-4o-mini", "completed"],
      ["gpt-4o-mini", "failed"],
    ]);
    await meter.close();
  });

  test("says its size, from which the input of a stream without usage is estimated", async () => {
    const { meter, records, fetch } = metered();
    provider.enqueue({ usage: null });
    const streamed = JSON.stringify({ ...(JSON.parse(QUESTION) as object), stream: true });
    const answer = await fetch(new Request(url(), init(streamed)));
    await answer.text();
    await meter.flush();
    expect(records[0]!.usage?.inputTokens).toBe(Math.ceil(streamed.length / 4));
    await meter.close();
  });

  test("is refused by a budget for its model", async () => {
    const { meter, fetch } = metered({
      budgets: [
        { name: "tiny", criterion: "tokens", limit: 1, window: "day", mode: "refuse", match: { model: "gpt-4o-mini" } },
      ],
    });
    const before = provider.requests.length;
    await expect(fetch(...form())).rejects.toThrow(BudgetExceededError);
    expect(provider.requests.length).toBe(before);
    await meter.close();
  });

  test("asks for what a budget chose instead", async () => {
    const { meter, records, fetch } = metered({
      budgets: [
        { name: "tiny", criterion: "tokens", limit: 1, window: "day", mode: "refuse", match: { model: "gpt-4o-mini" } },
      ],
      degrade: () => ({ model: "gpt-4.1-nano" }),
    });
    const before = provider.requests.length;
    await (await fetch(...form())).json();
    await meter.flush();
    expect(provider.requests[before]!.body).toMatchObject({ model: "gpt-4.1-nano", messages: [{ content: "Hello" }] });
    expect(records).toMatchObject([{ requestedModel: "gpt-4.1-nano" }]);
    await meter.close();
  });
});

describe.for(streams)("a body as %s, which nobody can look into", ([, form]) => {
  const budget = { name: "tiny", criterion: "tokens", limit: 1, window: "day" } as const;

  test("is refused by a budget that refuses some model", async () => {
    const { meter, fetch } = metered({
      budgets: [{ ...budget, mode: "refuse", match: { model: "gpt-4o" } }],
      degrade: () => ({ model: "gpt-4.1-nano" }),
    });
    const before = provider.requests.length;
    await expect(fetch(...form())).rejects.toThrow(BudgetExceededError);
    expect(provider.requests.length).toBe(before);
    await meter.close();
  });

  test("counts towards the budgets of the model that answers, and no other", async () => {
    const { meter, fetch } = metered({
      budgets: [
        { ...budget, name: "answering", limit: 1e6, mode: "warn", match: { model: "gpt-4o-mini" } },
        { ...budget, name: "refusing", limit: 1e6, mode: "refuse", match: { model: "gpt-4o-mini" } },
        { ...budget, name: "other", limit: 1e6, mode: "refuse", match: { model: "gpt-4o" } },
      ],
    });
    await (await fetch(...form())).json();
    await meter.flush();
    const used = Object.fromEntries(
      meter.budgets().map(({ budget, used, reserved }) => [budget, [used.central > 0, reserved]]),
    );
    expect(used).toStrictEqual({ answering: [true, 0], refusing: [true, 0], other: [false, 0] });
    await meter.close();
  });
});

describe.for<[name: string, fetch: unknown, made: new (url: string, init: object) => object]>([
  ["undici", undici.fetch, undici.Request],
  ["node-fetch", nodeFetch, NodeFetchRequest],
])("a Request of %s", ([, platform, Foreign]) => {
  test("counts, and says its model", async () => {
    const { meter, records } = metered();
    const fetch = meter.fetch({ provider: "openai", fetch: platform as typeof globalThis.fetch });
    const before = provider.requests.length;
    const answer = await fetch(new Foreign(url(), init(QUESTION)) as Request);
    expect(answer.status).toBe(200);
    await answer.json();
    await meter.flush();
    expect(provider.requests[before]!.body).toStrictEqual(JSON.parse(QUESTION));
    expect(records).toMatchObject([{ requestedModel: "gpt-4o-mini", outcome: "completed", usageSource: "reported" }]);
    await meter.close();
  });

  test("is sent whole where its body is a stream", async () => {
    const { meter, records } = metered();
    const fetch = meter.fetch({ provider: "openai", fetch: platform as typeof globalThis.fetch });
    const question = JSON.stringify({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "x".repeat(200_000) }],
    });
    const before = provider.requests.length;
    const body = Foreign === NodeFetchRequest ? Readable.from([question]) : new Blob([question]).stream();
    await (await fetch(new Foreign(url(), { ...init(body), duplex: "half" }) as Request)).json();
    await meter.flush();
    expect(provider.requests[before]!.body).toStrictEqual(JSON.parse(question));
    expect(records).toMatchObject([{ respondedModel: "gpt-4o-mini", outcome: "completed" }]);
    await meter.close();
  });
});

test("a form of another package says its model", async () => {
  const { meter, records } = metered();
  const form = new undici.FormData();
  form.set("model", "whisper-1");
  form.set("file", new Blob(["sound"]), "a.mp3");
  const fetch = meter.fetch({ provider: "openai", fetch: () => Promise.resolve(Response.json({ text: "Hi" })) });
  await (
    await fetch("https://api.openai.com/v1/audio/transcriptions", { method: "POST", body: form as unknown as FormData })
  ).json();
  await meter.flush();
  expect(records).toMatchObject([{ operation: "transcriptions", requestedModel: "whisper-1" }]);
  await meter.close();
});

test("a form in a Request says its model", async () => {
  const { meter, records } = metered();
  const form = new FormData();
  form.set("model", "whisper-1");
  form.set("file", new Blob(["sound"]), "a.mp3");
  const fetch = meter.fetch({ provider: "openai", fetch: () => Promise.resolve(Response.json({ text: "Hi" })) });
  await (
    await fetch(new Request("https://api.openai.com/v1/audio/transcriptions", { method: "POST", body: form }))
  ).json();
  await meter.flush();
  expect(records).toMatchObject([{ operation: "transcriptions", requestedModel: "whisper-1" }]);
  await meter.close();
});

test("a Request whose body is still being made is sent at once, and its model stays unknown", async () => {
  const { meter, records } = metered();
  const fetch = meter.fetch({ provider: "openai", fetch: () => Promise.resolve(Response.json({ model: "gpt-4o" })) });
  const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
  const request = new Request("https://api.openai.com/v1/chat/completions", {
    method: "POST",
    body,
    duplex: "half",
  });
  await (await fetch(request)).json();
  await meter.flush();
  expect(records).toMatchObject([{ requestedModel: undefined, respondedModel: "gpt-4o", outcome: "completed" }]);
  await meter.close();
});

test("Mistral's SDK, whose HTTP client hands Requests on, is read like any other", async () => {
  const { meter, records } = metered();
  const httpClient = new HTTPClient({ fetcher: meter.fetch({ provider: "mistral_ai" }) });
  const mistral = new Mistral({ apiKey: "k", serverURL: provider.mistralServerURL, httpClient });
  await mistral.chat.complete({ model: "mistral-small-latest", messages: [{ role: "user", content: "Hello" }] });
  await meter.flush();
  expect(records).toMatchObject([{ requestedModel: "mistral-small-latest", outcome: "completed" }]);
  await meter.close();
});

test("Mistral's SDK counts once where its client is wrapped and its HTTP client has a metered fetch of the same meter", async () => {
  const { meter, records } = metered();
  const httpClient = new HTTPClient({ fetcher: meter.fetch({ provider: "mistral_ai" }) });
  const client = new Mistral({ apiKey: "k", serverURL: provider.mistralServerURL, httpClient });
  const mistral = meter.wrap(client, { provider: "mistral_ai" });
  await mistral.chat.complete({ model: "mistral-small-latest", messages: [{ role: "user", content: "Hello" }] });
  await meter.flush();
  expect(records).toMatchObject([{ requestedModel: "mistral-small-latest", outcome: "completed" }]);
  await meter.close();
});

test("a metered fetch over another of the same meter counts once, and an init that is used again counts each time", async () => {
  const { meter, records } = metered();
  const fetch = meter.fetch({ provider: "openai", fetch: meter.fetch() });
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const url = `${provider.openaiBaseURL}/chat/completions`;
  const before = Reflect.ownKeys(init);
  await Promise.all([1, 2].map(async () => (await fetch(url, init)).json()));
  await (await fetch(new Request(url, init))).json();
  await meter.flush();
  expect(records.map((record) => record.provider)).toStrictEqual(["openai", "openai", "openai"]);
  expect(Reflect.ownKeys(init)).toStrictEqual(before);
  await meter.close();
});
