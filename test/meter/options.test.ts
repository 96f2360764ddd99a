import OpenAI from "openai";
import { describe, expect, test } from "vitest";

import { ConfigurationError, createMeter } from "../../src/index.ts";

const client = (): OpenAI => new OpenAI({ apiKey: "a key" });
const meter = createMeter({ labels: ["team"] });

/** Each invalid use, with the part that is at fault and words of the value and of the remedy that the message must say. */
const INVALID: readonly (readonly [part: string, says: readonly string[], use: () => unknown])[] = [
  ["createMeter", ["null", "object"], () => createMeter(null as never)],
  ["createMeter.label", ["no such option", "labels"], () => createMeter({ label: ["team"] } as never)],
  ["createMeter.labels", ["team", "list", "["], () => createMeter({ labels: "team" as never })],
  ["createMeter.labels[0]", ["te-am", "letters"], () => createMeter({ labels: ["te-am"] })],
  ["createMeter.labels[1]", ["model", "another"], () => createMeter({ labels: ["team", "model"] })],
  ["createMeter.labels[1]", ["team", "once"], () => createMeter({ labels: ["team", "team"] })],
  ["createMeter.labels[0]", ["7", "letters"], () => createMeter({ labels: [7 as never] })],
  ["createMeter.zeroHoldSeconds", ["-1", "0"], () => createMeter({ zeroHoldSeconds: -1 })],
  ["createMeter.zeroHoldSeconds", ["NaN", "0"], () => createMeter({ zeroHoldSeconds: NaN })],
  ["createMeter.maxSeries", ["0", "1"], () => createMeter({ maxSeries: 0 })],
  ["createMeter.maxLabelValues", ["1.5", "1"], () => createMeter({ maxLabelValues: 1.5 })],
  ["zone", ["Atlantis", "FRA"], () => createMeter({ zone: "Atlantis" })],
  ["methodology", ["worst", "best-evidence"], () => createMeter({ methodology: "worst" as never })],
  ["createMeter.registry", ["7", "prom-client"], () => createMeter({ registry: 7 as never })],
  ["createMeter.budgets", ["7", "list"], () => createMeter({ budgets: 7 as never })],
  ["wrap(client)", ["[object Object]", "openai"], () => meter.wrap({})],
  ["wrap(client)", ["string", "openai"], () => meter.wrap("sk-secret" as never)],
  ["wrap(client)", ["undefined", "meter.fetch()"], () => meter.wrap(undefined as never)],
  ["wrap(client)", ["[object Function]", "client"], () => meter.wrap(OpenAI)],
  ["wrap", ["null", "object"], () => meter.wrap(client(), null as never)],
  ["wrap.label", ["no such option", "labels"], () => meter.wrap(client(), { label: {} } as never)],
  ["wrap.labels", ["team", "names"], () => meter.wrap(client(), { labels: "team" as never })],
  ["wrap.labels.tenant", ["not declared", "team"], () => meter.wrap(client(), { labels: { tenant: "acme" } })],
  ["wrap.labels.team", ["7", "string"], () => meter.wrap(client(), { labels: { team: 7 as never } })],
  ["wrap.provider", ['""', "mistral_ai"], () => meter.wrap(client(), { provider: "" })],
  ["wrap.zone", ["Atlantis", "FRA"], () => meter.wrap(client(), { zone: "Atlantis" })],
  ["wrap.includeUsage", ["yes", "true"], () => meter.wrap(client(), { includeUsage: "yes" as never })],
  ["wrap.includeUsage", ["7", "hosts"], () => meter.wrap(client(), { includeUsage: [7 as never] })],
  ["fetch.labels.tenant", ["not declared", "team"], () => meter.fetch({ labels: { tenant: "acme" } })],
  ["fetch.zone", ["Atlantis", "FRA"], () => meter.fetch({ zone: "Atlantis" })],
  ["fetch.fetch", ["7", "fetch"], () => meter.fetch({ fetch: 7 as never })],
  ["on(event)", ["requests", "request"], () => meter.on("requests" as never, () => undefined)],
  ["on(listener)", ["undefined", "function"], () => meter.on("request", undefined as never)],
  ["createMeter.zeroHoldSeconds", ["60", "seconds"], () => createMeter({ zeroHoldSeconds: "60" as never })],
  [
    "createMeter.journal.retentionDays",
    ["no such option", "keepRequestsDays"],
    () => createMeter({ journal: { path: "footprint.db", retentionDays: 3 } as never }),
  ],
  ["createMeter.journal", ["7", "path"], () => createMeter({ journal: { path: 7 } as never })],
  ["dashboard.authorise", ["no such option", "authorize"], () => meter.dashboard({ authorise: "a token" } as never)],
  ["dashboard.authorize", ["undefined", "token"], () => meter.dashboard({ authorize: undefined as never })],
  ["dashboard.authorize", ['""', "token"], () => meter.dashboard({ authorize: "" })],
  ["withLabels(run)", ["undefined", "function"], () => meter.withLabels({ team: "search" }, undefined as never)],
  ["measure(run)", ["3", "function"], () => meter.measure(3 as never)],
  ["measure.open", ["maybe", "wait"], () => meter.measure(() => 7, { open: "maybe" as never })],
];

describe("an invalid configuration is refused at once with the part, the value and the remedy", () => {
  test.for(INVALID)("%s %j", async ([part, says, use]) => {
    const thrown: unknown = await Promise.resolve()
      .then(use)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConfigurationError);
    const { message, part: said } = thrown as ConfigurationError;
    expect(said).toBe(part);
    for (const words of [`llm-footprint: ${part}`, ...says]) expect(message).toContain(words);
  });
});

test("a client that was refused is as it was", () => {
  const refused = client();
  const before = Object.getOwnPropertyNames(refused);
  expect(() => meter.wrap(refused, { zone: "Atlantis" })).toThrow(ConfigurationError);
  expect(Object.getOwnPropertyNames(refused)).toStrictEqual(before);
});

test("a client in x509 mode cannot be observed, and says so", () => {
  const x509 = Object.assign(client(), { _options: { workloadIdentity: { type: "x509" } } });
  expect(() => meter.wrap(x509)).toThrow(/X\.509/);
});
