import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { explain } from "../../src/attribution/views/explain.ts";
import { restate } from "../../src/attribution/views/restate.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { createMeter, type Meter, type RequestRecord, type Usage } from "../../src/index.ts";
import { Recorder } from "../../src/records/recorder.ts";
import { readReport } from "../../src/records/usage-report.ts";
import { divideByModel } from "../../src/records/usage-by-model.ts";
import { addUsage } from "../../src/model/usage.ts";
import type { LabelSetSummary } from "../../src/totals/snapshot.ts";
import { createTotals } from "../../src/totals/totals.ts";
import { fixture } from "../wire/fixtures.ts";

const SONNET = "claude-sonnet-4-5-20250929";
const OPUS = "claude-opus-4-6";

/** The record of one request that a family's fixture answers. */
async function recordOf(meter: Meter, url: string, family: string, name: string): Promise<RequestRecord> {
  const { bytes, contentType } = fixture(family, name);
  const records: RequestRecord[] = [];
  const off = meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({
    fetch: () => Promise.resolve(new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } })),
  });
  await (await fetch(url, { method: "POST", body: JSON.stringify({ model: "claude-sonnet-4-5" }) })).arrayBuffer();
  await meter.flush();
  off();
  expect(records).toHaveLength(1);
  return records[0]!;
}

const MESSAGES = "https://api.anthropic.com/v1/messages";
const CHAT = "https://api.groq.com/openai/v1/chat/completions";
const uncached = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
});

/** Of each file: what all used, and what each model used, added up by hand. */
const ANSWERS = [
  [
    "an advisor",
    MESSAGES,
    "anthropic",
    "advisor.json",
    uncached(1235, 2143),
    {
      [SONNET]: uncached(412, 531),
      [OPUS]: uncached(823, 1612),
    },
  ],
  [
    "a model that declined",
    MESSAGES,
    "anthropic",
    "fallback.json",
    uncached(610, 40),
    {
      "claude-sonnet-4-5": uncached(300, 40),
      [OPUS]: uncached(310, 0),
    },
  ],
  [
    "an advisor and a compaction, streamed",
    MESSAGES,
    "anthropic",
    "stream-advisor-compaction.sse",
    uncached(6235, 2343),
    {
      [SONNET]: uncached(5412, 731),
      [OPUS]: uncached(823, 1612),
    },
  ],
  [
    "a compound system's models",
    CHAT,
    "openai",
    "groq-compound.json",
    { inputTokens: 5070, outputTokens: 890 },
    {
      "llama-3.3-70b-versatile": { inputTokens: 226, outputTokens: 72 },
      "openai/gpt-oss-120b": { inputTokens: 4844, outputTokens: 818 },
    },
  ],
] as const;

describe.for(ANSWERS)("an answer with %s", ([, url, family, name, usage, usageByModel]) => {
  test("says what all models used, and what each did", async () => {
    const record = await recordOf(createMeter(), url, family, name);
    expect(record.usage).toStrictEqual(usage);
    expect(record.usageByModel).toStrictEqual(usageByModel);
  });

  test("adds to each model's totals what a request of its own would, and counts one request", async () => {
    const meter = createMeter();
    const record = await recordOf(meter, url, family, name);
    const alone = createMeter();
    for (const [model, used] of Object.entries<Usage>(usageByModel)) {
      alone.record({
        provider: record.provider,
        model,
        operation: "chat",
        usage: used,
        durationSeconds: record.durationSeconds,
      });
    }
    const sums = ({ labelSets }: ReturnType<Meter["totals"]>) =>
      labelSets.flatMap(({ labels, usage: used, co2eGrams, waterLitres, energyJoules }) =>
        co2eGrams ? [[labels["model"], used, co2eGrams, waterLitres, energyJoules]] : [],
      );
    const byModel = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
    expect(sums(meter.totals()).sort(byModel)).toStrictEqual(sums(alone.totals()).sort(byModel));
    const requests = meter.totals().labelSets.map(({ labels, requests }) => [labels["model"], requests.completed]);
    expect(requests.filter(([, count]) => count !== 0)).toStrictEqual([[record.model, 1]]);
    expect(record.unattributedReason).toBeUndefined();
  });

  test("is explained to the footprint that was recorded", async () => {
    const meter = createMeter();
    const record = await recordOf(meter, url, family, name);
    const derivation = meter.explain(record);
    expect(derivation.agrees).toBe(true);
    for (const model of Object.keys(usageByModel)) {
      expect(derivation.steps.some(({ quantity }) => quantity.endsWith(`(${model})`))).toBe(true);
    }
  });
});

describe("a helper that the catalogue does not know", () => {
  const usageByModel = { "claude-sonnet-alias": uncached(412, 531), "mystery-helper": uncached(823, 1612) };
  const recorder = new Recorder(createAttribute(), createTotals({ labelNames: [], now: Date.now }), () => undefined);
  const { ended } = readReport(
    { provider: "anthropic", model: SONNET, operation: "chat", usage: uncached(1235, 2143) },
    (labels) => labels,
    undefined,
  );
  const shared = { ...ended!, requestedModel: SONNET, respondedModel: "claude-sonnet-alias", usageByModel };
  const record = recorder.add(shared, true)!;

  test("is not taken for the model that was asked for, by whoever attributes the answer again", () => {
    expect(record.footprint).toBeDefined();
    expect(recorder.footprintOf(shared)).toStrictEqual(record.footprint);
    expect(explain(record)).toMatchObject({ agrees: true, footprint: record.footprint });
    expect(restate([record], defaultCatalogue()).records[0]!.after).toStrictEqual(record.footprint);
  });
});

test("an answer with a compaction alone counts it for the model that answered", async () => {
  const record = await recordOf(createMeter(), MESSAGES, "anthropic", "compaction.json");
  expect(record.usage).toStrictEqual(uncached(203_000, 4500));
  expect(record).not.toHaveProperty("usageByModel");
});

test("an answer of which one model has no factor has the footprint of the others, and a warning", () => {
  const attribute = createAttribute();
  const totals = createTotals({ labelNames: [], now: Date.now });
  const recorder = new Recorder(
    (subject) =>
      subject.model === OPUS
        ? { model: "unknown", zone: undefined, zoneBasis: "world", unattributedReason: "no_factor" }
        : attribute(subject),
    totals,
    () => undefined,
  );
  const usage = uncached(1235, 2143);
  const usageByModel = { [SONNET]: uncached(412, 531), [OPUS]: uncached(823, 1612) };
  const { ended } = readReport(
    { provider: "anthropic", model: SONNET, operation: "chat", usage },
    (labels) => labels,
    undefined,
  );
  const record = recorder.add({ ...ended!, usageByModel }, true)!;
  const own = recorder.add({ ...ended!, usage: uncached(412, 531) }, true)!;
  expect(record.footprint).toStrictEqual({
    ...own.footprint,
    warnings: [...own.footprint!.warnings, "partial_models"],
  });
  expect(record.unattributedReason).toBeUndefined();
});

test("a budget books what all models of an answer used", async () => {
  const meter = createMeter({
    budgets: [{ name: "tokens", criterion: "tokens", limit: 1_000_000, window: "day", mode: "warn" }],
  });
  await recordOf(meter, MESSAGES, "anthropic", "advisor.json");
  expect(meter.budgets()[0]!.used).toStrictEqual({ low: 3378, central: 3378, high: 3378 });
});

describe("a journal", () => {
  const folder = mkdtempSync(join(tmpdir(), "usage-by-model-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("continues the totals of every model that worked on an answer", async () => {
    const journal = join(folder, "a.db");
    const first = createMeter({ journal });
    await recordOf(first, MESSAGES, "anthropic", "advisor.json");
    const before = first.totals();
    await first.close();
    const second = createMeter({ journal });
    const byModel = (a: LabelSetSummary, b: LabelSetSummary): number =>
      a.labels["model"]! < b.labels["model"]! ? -1 : 1;
    expect([...second.totals().labelSets].sort(byModel)).toStrictEqual([...before.labelSets].sort(byModel));
    await second.close();
  });
});

const usages = fc.record(
  { inputTokens: fc.nat(1000), cacheReadTokens: fc.nat(1000), outputTokens: fc.nat(1000) },
  { requiredKeys: [] },
);

test("the parts of a divided usage add up to the whole, whatever the models state", () => {
  const names = fc.constantFrom(undefined, "own", "a", "b", "__proto__", "constructor");
  fc.assert(
    fc.property(usages, fc.array(fc.record({ model: names, usage: usages })), (whole, others) => {
      const divided = divideByModel(whole, "own", others);
      if (!divided) return others.every(({ model }) => model === undefined || model === "own");
      const sum = Object.values(divided.usageByModel).reduce<Usage>(addUsage, {});
      const known = Object.fromEntries(Object.entries(divided.usage).filter(([, amount]) => amount > 0));
      expect(sum).toMatchObject(known);
      return true;
    }),
  );
});
