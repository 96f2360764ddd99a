import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { createMeter, type Meter, type RequestRecord } from "../../../src/index.ts";

let provider: LocalProvider;
beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

const question = (content = "Hello") => ({ model: "gpt-4o-mini", messages: [{ role: "user" as const, content }] });

/** A bare client over a metered fetch, and the records of its requests. */
function metered(maxRetries = 2) {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ provider: "openai" });
  const client = new OpenAI({ apiKey: "k", baseURL: provider.openaiBaseURL, fetch, maxRetries });
  return { meter, records, client };
}

const seen = (records: readonly RequestRecord[]) =>
  records.map(({ outcome, errorType, attempts }) => [outcome, errorType, attempts]);

const refused = { status: 429, retryAfterMilliseconds: 1 };

describe("attempts that an SDK marks, through a metered fetch", () => {
  test("are those of one request, which succeeds in the end", async () => {
    const { meter, records, client } = metered();
    provider.enqueue(refused, { status: 500, retryAfterMilliseconds: 1 }, {});
    await client.chat.completions.create(question());
    await meter.close();
    expect(seen(records)).toStrictEqual([["completed", undefined, 3]]);
    expect(records[0]!.usage?.outputTokens).toBeGreaterThan(0);
  });

  test("are those of one request after a lost connection, too", async () => {
    const { meter, records, client } = metered();
    provider.enqueue({ drop: "before_headers" }, {});
    await client.chat.completions.create(question());
    await meter.close();
    expect(seen(records)).toStrictEqual([["completed", undefined, 2]]);
  });

  test("are those of one request that fails", async () => {
    const { meter, records, client } = metered();
    provider.enqueue(refused, refused, refused);
    await expect(client.chat.completions.create(question())).rejects.toThrow("429");
    await meter.flush();
    expect(seen(records)).toStrictEqual([["failed", "http_429", 3]]);
    await meter.close();
  });

  test("are those of one request that is streamed", async () => {
    const { meter, records, client } = metered();
    provider.enqueue(refused, {});
    for await (const _ of await client.chat.completions.create({ ...question(), stream: true }));
    await meter.close();
    expect(seen(records)).toStrictEqual([["completed", undefined, 2]]);
  });

  test("of calls made at once are not taken for each other's", async () => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    const bare: typeof fetch = (_, init) =>
      Promise.resolve(
        new Headers(init?.headers).get("x-stainless-retry-count") === "0"
          ? new Response("{}", { status: 429, headers: { "retry-after-ms": "1" } })
          : Response.json({ model: "gpt-4o-mini", choices: [] }),
      );
    const client = new OpenAI({ apiKey: "k", fetch: meter.fetch({ fetch: bare }) });
    await Promise.all(["a", "a", "b", "c"].map((content) => client.chat.completions.create(question(content))));
    await meter.close();
    expect(seen(records)).toStrictEqual(Array.from({ length: 4 }, () => ["completed", undefined, 2]));
  });

  test("of one call after another are two requests", async () => {
    const { meter, records, client } = metered(0);
    provider.enqueue(refused, {});
    await expect(client.chat.completions.create(question())).rejects.toThrow("429");
    await client.chat.completions.create(question());
    await meter.close();
    expect(seen(records).sort()).toStrictEqual([
      ["completed", undefined, 1],
      ["failed", "http_429", 1],
    ]);
  });

  test("ask the budgets once", async () => {
    const meter = createMeter({
      budgets: [{ name: "one", criterion: "requests", limit: 1, window: "day", mode: "refuse" }],
    });
    const client = new OpenAI({
      apiKey: "k",
      baseURL: provider.openaiBaseURL,
      fetch: meter.fetch({ provider: "openai" }),
    });
    provider.enqueue(refused, {});
    await client.chat.completions.create(question());
    await meter.flush();
    expect(meter.budgets()[0]).toMatchObject({ used: { central: 1 }, reserved: 0 });
    await meter.close();
  });

  test("are measured as one, without waiting for an attempt that never comes", async () => {
    const { meter, client } = metered(0);
    provider.enqueue(refused);
    const began = performance.now();
    const { requests } = await meter.measure(async () => {
      await client.chat.completions.create(question()).catch(() => undefined);
    });
    expect(seen(requests)).toStrictEqual([["failed", "http_429", 1]]);
    expect(performance.now() - began).toBeLessThan(1000);
    await meter.close();
  });
});

describe("an attempt that no other follows", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const post = (meter: Meter, answer: Response, count: string) =>
    meter.fetch({ fetch: () => Promise.resolve(answer) })("https://api.openai.com/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify(question()),
      headers: { "x-stainless-retry-count": count },
    });

  test.for([
    ["half a second, and some", {}, 2500],
    ["what the answer asks for, and some", { "retry-after": "7" }, 9000],
    ["what the answer asks for in milliseconds, and some", { "retry-after-ms": "100" }, 2100],
    ["a minute, and some, whatever the answer asks for", { "retry-after": "3600" }, 62_000],
  ] as const)("is settled after %s", async ([, headers, wait]) => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    await post(meter, new Response("{}", { status: 503, headers }), "0");
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(records).toStrictEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen(records)).toStrictEqual([["failed", "http_503", 1]]);
    await meter.close();
  });

  test.for([
    ["its status is not one that is tried again", new Response("{}", { status: 400 })],
    ["its answer says so", new Response("{}", { status: 503, headers: { "x-should-retry": "false" } })],
  ] as const)("is settled at once where %s", async ([, answer]) => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    await post(meter, answer, "0");
    await vi.advanceTimersByTimeAsync(1);
    expect(records).toHaveLength(1);
    await meter.close();
  });

  test("is a failure when the meter is closed meanwhile", async () => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    await post(meter, new Response("{}", { status: 503 }), "0");
    await meter.close();
    expect(seen(records)).toStrictEqual([["failed", "http_503", 1]]);
  });

  test("is a request of its own where its earlier ones were not seen", async () => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    await (await post(meter, Response.json({ model: "m" }), "2")).json();
    await meter.close();
    expect(seen(records)).toStrictEqual([["completed", undefined, 1]]);
  });
});
