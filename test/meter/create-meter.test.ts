import OpenAI from "openai";
import { Registry } from "prom-client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { PHASES } from "../../src/model/footprint.ts";
import { BOUNDS } from "../../src/model/range.ts";
import { ConfigurationError, createMeter, type Meter, type RequestRecord, type UsageReport } from "../../src/index.ts";

const QUESTION = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "Say something short." }] };
const REPORT: UsageReport = {
  provider: "mistral_ai",
  model: "mistral-large-2407",
  operation: "chat",
  usage: { inputTokens: 100, outputTokens: 400 },
};

let provider: LocalProvider;

beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

const bareClient = (options: object = {}) =>
  new OpenAI({ apiKey: "a key", baseURL: provider.openaiBaseURL, maxRetries: 0, ...options });

function recording(meter: Meter): RequestRecord[] {
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return records;
}

const ask = (client: OpenAI) => client.chat.completions.create(QUESTION);

describe("a report of the application's own", () => {
  test("is recorded as it was given, and attributed", () => {
    const meter = createMeter({ labels: ["team"] });
    const startedAt = new Date("2026-01-02T03:04:05Z");
    const record = meter.withLabels({ team: "scope" }, () =>
      meter.record({ ...REPORT, startedAt, durationSeconds: 2.5, endpoint: "wss.example", outcome: "abandoned" }),
    );
    expect(record).toMatchObject({
      provider: "mistral_ai",
      model: "mistral-large-2407",
      labels: { team: "scope" },
      outcome: "abandoned",
      startedAt,
      durationSeconds: 2.5,
      endpoint: "wss.example",
      usage: REPORT.usage,
      usageSource: "reported",
      footprint: { co2eGrams: { central: 1.14 }, waterLitres: { central: 0.045 } },
    });
  });

  test("without usage is missing its footprint", () => {
    expect(createMeter().record({ provider: "openai", model: "gpt-4o", operation: "chat" })).toMatchObject({
      usageSource: "missing",
      footprint: undefined,
      unattributedReason: "no_usage",
    });
  });

  test.for([
    undefined,
    null,
    7,
    "mistral-large",
    [],
    {},
    { ...REPORT, provider: "" },
    { ...REPORT, model: undefined },
    { ...REPORT, operation: 7 },
    { ...REPORT, usage: "many" },
    { ...REPORT, usage: null },
    { ...REPORT, usage: { outputTokens: -1 } },
    { ...REPORT, usage: { outputTokens: 1.5 } },
    { ...REPORT, usage: { outputTokens: 1e300 } },
    { ...REPORT, usage: { outputTokens: NaN } },
    { ...REPORT, usage: { outputTokens: "7" } },
    { ...REPORT, usage: { audioSeconds: -0.5 } },
    { ...REPORT, durationSeconds: -1 },
    { ...REPORT, durationSeconds: Infinity },
    { ...REPORT, startedAt: "yesterday" },
    { ...REPORT, startedAt: new Date(NaN) },
    { ...REPORT, outcome: "fine" },
    { ...REPORT, usageSource: "guessed" },
    { ...REPORT, zone: 33 },
    { ...REPORT, reasoningEffort: 33 },
  ])("that makes no sense is counted and nothing else: %j", (report) => {
    const meter = createMeter();
    const records = recording(meter);
    expect(meter.record(report as never)).toBeUndefined();
    expect([records, meter.totals().errors["record"]]).toStrictEqual([[], 1]);
    expect(meter.totals().overall.requests).toStrictEqual({ completed: 0, abandoned: 0, failed: 0 });
  });

  test("a record of anything at all throws nothing", () => {
    const meter = createMeter();
    fc.assert(
      fc.property(
        fc.record({
          provider: fc.anything(),
          model: fc.anything(),
          operation: fc.anything(),
          usage: fc.anything(),
          labels: fc.anything(),
        }),
        (report) => {
          expect(() => meter.record(report as never)).not.toThrow();
        },
      ),
    );
  });
});

describe("listeners", () => {
  test("that throw or reject disturb neither the application nor each other, and are counted", async () => {
    const meter = createMeter();
    meter.on("request", () => {
      throw new Error("a listener's own");
    });
    meter.on("request", () => Promise.reject(new Error("a listener's own")));
    const records = recording(meter);
    const client = meter.wrap(bareClient());
    expect((await ask(client)).model).toBe(QUESTION.model);
    meter.record(REPORT);
    await meter.flush();
    expect([records.length, meter.totals().errors["listener"]]).toStrictEqual([2, 4]);
  });

  test("are called no more once they were ended", async () => {
    const meter = createMeter();
    let calls = 0;
    const off = meter.on("request", () => (calls += 1));
    meter.record(REPORT);
    await meter.flush();
    off();
    off();
    meter.record(REPORT);
    await meter.flush();
    expect(calls).toBe(1);
  });

  test("are waited for by flush", async () => {
    const meter = createMeter();
    let done = false;
    meter.on("request", async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      done = true;
    });
    meter.record(REPORT);
    await meter.flush();
    expect(done).toBe(true);
  });
});

describe("a client", () => {
  test("that a wrapped one has made of itself counts once, with labels of its own when it is wrapped", async () => {
    const meter = createMeter({ labels: ["team"] });
    const records = recording(meter);
    const client = meter.wrap(bareClient(), { labels: { team: "all" } });
    const inherited = client.withOptions({ timeout: 5000 });
    const own = meter.wrap(client.withOptions({ timeout: 5000 }), { labels: { team: "search" } });
    await ask(inherited);
    await ask(own);
    await ask(own.withOptions({ timeout: 4000 }));
    await ask(client);
    await meter.flush();
    expect(records.map(({ labels }) => labels)).toStrictEqual([
      { team: "all" },
      { team: "search" },
      { team: "search" },
      { team: "all" },
    ]);
    await ask(meter.unwrap(inherited));
    await meter.flush();
    expect(records).toHaveLength(4);
  });

  test("with a metered fetch of the same meter counts once", async () => {
    const meter = createMeter();
    const records = recording(meter);
    const client = meter.wrap(bareClient({ fetch: meter.fetch() }));
    await ask(client);
    await ask(meter.unwrap(client));
    await meter.flush();
    expect(records).toHaveLength(2);
  });

  test("with a metered fetch of another meter counts once in each", async () => {
    const [one, other] = [createMeter(), createMeter()];
    const records = [recording(one), recording(other)];
    const client = one.wrap(bareClient({ fetch: other.fetch() }));
    await ask(client);
    for await (const _ of await client.chat.completions.create({ ...QUESTION, stream: true }));
    await Promise.all([one.flush(), other.flush()]);
    const twice = [
      ["completed", 12],
      ["completed", 12],
    ];
    const counted = records.map((list) => list.map(({ outcome, usage }) => [outcome, usage?.outputTokens]));
    expect(counted).toStrictEqual([twice, twice]);
  });

  test("of another meter is refused, until that one lets go or is closed", async () => {
    const [one, other] = [createMeter(), createMeter()];
    const client = one.wrap(bareClient());
    expect(() => other.wrap(client)).toThrow(ConfigurationError);
    one.unwrap(client);
    expect(other.wrap(client)).toBe(client);
    await other.close();
    const records = recording(one);
    await ask(one.wrap(client));
    await one.flush();
    expect(records).toHaveLength(1);
  });
});

test("totals are the sum of the records, exactly, per set of labels", async () => {
  const meter = createMeter({ labels: ["team"] });
  const records = recording(meter);
  const client = meter.wrap(bareClient());
  for (const [index, team] of ["search", "chat", "search", "", "chat", "search"].entries()) {
    await meter.withLabels({ team }, () =>
      client.chat.completions.create({ ...QUESTION, max_completion_tokens: 7 * index + 1 }),
    );
    meter.record({ ...REPORT, labels: { team }, usage: { outputTokens: 3 * index + 1 } });
  }
  await meter.flush();
  for (const { labels, requests, usage, ...summary } of meter.totals().labelSets) {
    const own = records.filter(
      (record) => record.model === labels["model"] && record.labels["team"] === labels["team"],
    );
    for (const phase of PHASES) {
      for (const bound of BOUNDS) {
        const amounts = own.flatMap(({ footprint }) => footprint?.co2eGrams?.phases[phase]?.[bound] ?? []);
        const sum = amounts.length === 0 ? undefined : amounts.reduce((total, amount) => total + amount, 0);
        expect(summary.co2eGrams!.phases[phase]?.[bound]).toBe(sum);
      }
    }
    expect(usage.outputTokens).toBe(own.reduce((total, record) => total + record.usage!.outputTokens!, 0));
    expect(requests.completed).toBe(own.length);
  }
  expect(meter.totals().labelSets.reduce((sum, { requests }) => sum + requests.completed, 0)).toBe(records.length);
});

describe("a closed meter", () => {
  test("leaves the clients alone, and its registry empty", async () => {
    const registry = new Registry();
    const meter = createMeter({ registry });
    const records = recording(meter);
    const client = meter.wrap(bareClient());
    const fetch = meter.fetch();
    await meter.close();
    await meter.close();
    expect((await ask(client)).model).toBe(QUESTION.model);
    await fetch(`${provider.openaiBaseURL}/chat/completions`, { method: "POST", body: "{}" });
    await meter.flush();
    expect(records).toStrictEqual([]);
    expect(registry.getMetricsAsArray()).toStrictEqual([]);
  });

  test("has counted what was under way", async () => {
    const meter = createMeter();
    const records = recording(meter);
    const client = meter.wrap(bareClient());
    const stream = await client.chat.completions.create({ ...QUESTION, stream: true });
    await meter.close();
    expect(records.map(({ outcome }) => outcome)).toStrictEqual(["abandoned"]);
    let chunks = 0;
    for await (const _ of stream) chunks += 1;
    expect(chunks).toBe(14);
  });
});

describe("a metered fetch", () => {
  const url = (): string => `${provider.openaiBaseURL}/chat/completions`;
  const init = { method: "POST", headers: { authorization: "Bearer a" }, body: JSON.stringify(QUESTION) };

  test("takes what fetch takes", async () => {
    const meter = createMeter();
    const records = recording(meter);
    const fetch = meter.fetch();
    const asked = { toString: url } as unknown as string;
    for (const input of [url(), new URL(url()), asked]) await (await fetch(input, init)).json();
    await (await fetch(new Request(url(), init))).json();
    await meter.flush();
    expect(records.map(({ usage }) => usage?.outputTokens)).toStrictEqual([12, 12, 12, 12]);
  });

  test.for([
    ["no address", "nowhere", undefined],
    ["an address where nobody listens", "http://127.0.0.1:1/v1/chat/completions", { method: "POST" }],
    ["an invalid method", "http://127.0.0.1:1/v1/chat/completions", { method: "NO WAY" }],
    ["a method that is not text", "http://127.0.0.1:1/v1/chat/completions", { method: Symbol("a") as never }],
  ] as const)("fails as fetch fails on %s", async ([, input, given]) => {
    const failureOf = async (fetch: typeof globalThis.fetch) => {
      const promise = fetch(input, given);
      return promise.then(
        () => "answered",
        (thrown: unknown) => {
          const { name, message, cause } = thrown as Error;
          return [name, message, (cause as Error | undefined)?.message];
        },
      );
    };
    expect(await failureOf(createMeter().fetch())).toStrictEqual(await failureOf(globalThis.fetch));
  });

  test("rejects what a budget refuses, and throws nothing", async () => {
    const meter = createMeter({
      budgets: [{ name: "tiny", criterion: "tokens", limit: 1, window: "day", mode: "refuse" }],
    });
    const before = provider.requests.length;
    const answer = meter.fetch()(url(), init);
    await expect(answer).rejects.toMatchObject({ name: "BudgetExceededError", budget: "tiny" });
    expect(provider.requests).toHaveLength(before);
    await meter.close();
  });

  test("sends the replacement that a budget asks for, whatever length was given", async () => {
    const meter = createMeter({
      budgets: [
        { name: "one", criterion: "requests", limit: 1, window: "day", mode: "refuse", match: { model: "gpt-4o" } },
      ],
      degrade: () => ({ model: "gpt-4o-mini" }),
    });
    const body = JSON.stringify({ ...QUESTION, model: "gpt-4o" });
    const headers = { ...init.headers, "content-type": "application/json", "content-length": String(body.length) };
    const models = [];
    for (let count = 0; count < 2; count++) {
      const answer = await meter.fetch()(url(), { ...init, headers, body });
      models.push(((await answer.json()) as { model: string }).model);
    }
    expect(models).toStrictEqual(["gpt-4o", "gpt-4o-mini"]);
    await meter.close();
  });
});
