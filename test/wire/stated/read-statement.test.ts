import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";

import type { RequestRecord } from "../../../src/index.ts";
import { metered } from "../metered.ts";
import { chatOf, GREENPT, MELIOUS, NEURALWATT, streamOf, USAGE } from "./answers.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const NEURALWATT_URL = "https://api.neuralwatt.com/v1/chat/completions";
const GREENPT_URL = "https://api.greenpt.ai/v1/chat/completions";
const MELIOUS_URL = "https://api.melious.ai/v1/chat/completions";
const JOULE_URL = "https://api.greenjoules.cloud/v1/chat/completions";
const OWN_URL = "https://llm.example.org/v1/chat/completions";

/** An answer that comes in pieces. */
function inPieces(body: string, cuts: readonly number[], headers: Record<string, string>): Response {
  const bytes = new TextEncoder().encode(body);
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      let begin = 0;
      for (const end of [...ends, bytes.length]) {
        if (end > begin) controller.enqueue(bytes.subarray(begin, end));
        begin = end;
      }
      controller.close();
    },
  });
  return new Response(stream, { headers });
}

async function chunksOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

interface Given {
  readonly url: string;
  readonly body: string | object;
  readonly headers?: Record<string, string>;
  readonly cuts?: readonly number[];
  /** Whether the application parses the answer, or reads its bytes. */
  readonly read?: "json" | "text" | "stream";
}

async function recorded({ url, body, headers = {}, cuts = [], read = "stream" }: Given): Promise<RequestRecord> {
  vi.spyOn(process, "emitWarning").mockReturnValue();
  const isText = typeof body === "string";
  const sent = isText ? body : JSON.stringify(body);
  const type = isText ? "text/event-stream" : "application/json";
  const { post, settled, meter } = metered({
    fetch: () => Promise.resolve(inPieces(sent, cuts, { "content-type": type, ...headers })),
  });
  const answer = await post(url, { model: "gpt-oss-120b", stream: isText });
  if (read === "json") expect(await answer.json()).toEqual(body);
  else if (read === "text") expect(await answer.text()).toBe(sent);
  else expect(Buffer.concat(await chunksOf(answer.body!)).toString()).toBe(sent);
  const [record] = await settled();
  await meter.close();
  expect(record!.usage).toEqual({ inputTokens: 20, outputTokens: 100 });
  return record!;
}

const OF_NEURALWATT = {
  source: "measured",
  energyJoules: 190.46,
  energyRangeJoules: { low: 190.46, central: 190.46, high: 1904.55 },
  accounting: "unknown",
  method: "attributed",
  boundary: "gpu",
  raw: { energy_joules: 190.46, energy_kwh: 5.2904e-5, attribution_ratio: 0.1, uncapped_energy_joules: 1904.55 },
};
const OF_GREENPT = { source: "estimated", energyJoules: 40, co2eGrams: 0.0023, boundary: "server" };
const OF_MELIOUS = {
  source: "estimated",
  energyJoules: 540,
  co2eGrams: 0.06,
  waterLitres: 0.0002,
  accounting: "location",
  method: "model_average",
  boundary: "facility",
  location: "FR",
  servedBy: "ovhcloud",
};
const COMMON = { joules: 150, source: "measured", provider: "own", method: "nvml" };
const OF_COMMON = { source: "measured", energyJoules: 150, method: "nvml", boundary: "unknown" };
const COMMENT = `: energy ${JSON.stringify(NEURALWATT)}\n\n: cost {"total":0.1}\n\n`;

const FORMS: readonly [name: string, given: Given, stated: object][] = [
  ["NeuralWatt's answer", { url: NEURALWATT_URL, body: chatOf({ energy: NEURALWATT }) }, OF_NEURALWATT],
  ["NeuralWatt's comment", { url: NEURALWATT_URL, body: streamOf({}, COMMENT) }, OF_NEURALWATT],
  ["NeuralWatt's comment behind a proxy", { url: OWN_URL, body: streamOf({}, COMMENT) }, OF_NEURALWATT],
  ["GreenPT's answer", { url: GREENPT_URL, body: chatOf({ impact: GREENPT }) }, OF_GREENPT],
  ["GreenPT's last chunk", { url: GREENPT_URL, body: streamOf({ impact: GREENPT }) }, OF_GREENPT],
  ["Melious' answer", { url: MELIOUS_URL, body: chatOf({ environment_impact: MELIOUS }) }, OF_MELIOUS],
  ["Melious' last chunk", { url: MELIOUS_URL, body: streamOf({ environment_impact: MELIOUS }) }, OF_MELIOUS],
  [
    "Joule Cloud's headers",
    { url: JOULE_URL, body: chatOf(), headers: { "x-energy-joules": "88.5", "x-energy-method": "nvml" } },
    { source: "measured", energyJoules: 88.5, method: "nvml", boundary: "gpu_with_overhead" },
  ],
  [
    "Joule Cloud's headers of RAPL",
    { url: JOULE_URL, body: streamOf(), headers: { "x-energy-joules": "100", "x-energy-method": "rapl" } },
    { energyRangeJoules: { low: 95, central: 100, high: 105 }, boundary: "facility" },
  ],
  ["the common form", { url: OWN_URL, body: chatOf({ usage: { ...USAGE, energy: COMMON } }) }, OF_COMMON],
  ["the common form in a stream", { url: OWN_URL, body: streamOf({ usage: { ...USAGE, energy: COMMON } }) }, OF_COMMON],
  [
    "the common form in a header",
    { url: OWN_URL, body: chatOf(), headers: { "x-energy-data": '{"wh":0.05,"g_co2e":0.02}' } },
    { source: "estimated", energyJoules: 180, co2eGrams: 0.02 },
  ],
  [
    "OpenGateLLM's answer",
    {
      url: OWN_URL,
      body: chatOf({
        usage: { ...USAGE, carbon: { kWh: { min: 1e-5, max: 3e-5 }, kgCO2eq: { min: 1e-6, max: 3e-6 } } },
      }),
    },
    { source: "estimated", energyJoules: 72, co2eGrams: 0.002, method: "ecologits" },
  ],
];

describe.for(FORMS)("%s", ([, given, stated]) => {
  test("is read from the bytes of an answer", async () => {
    expect((await recorded(given)).stated).toMatchObject(stated);
  });

  test("is read where the application asks for text or JSON", async () => {
    const read = typeof given.body === "string" ? "text" : "json";
    expect((await recorded({ ...given, read })).stated).toMatchObject(stated);
  });

  test("is read wherever the answer is split", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5000), { maxLength: 12 }), async (cuts) => {
        expect((await recorded({ ...given, cuts })).stated).toMatchObject(stated);
      }),
      { numRuns: 15 },
    );
  });
});

describe("a statement", () => {
  test("says where a request was served, and by whom", async () => {
    const record = await recorded({ url: MELIOUS_URL, body: chatOf({ environment_impact: MELIOUS }) });
    expect(record).toMatchObject({ zone: "FRA", zoneBasis: "stated", servedBy: "ovhcloud" });
  });

  test("keeps numbers and no text that was sent", async () => {
    const record = await recorded({
      url: NEURALWATT_URL,
      body: chatOf({ energy: { ...NEURALWATT, note: "a secret" } }),
    });
    expect(JSON.stringify(record.stated)).not.toContain("secret");
  });

  test.for<[name: string, energy: object, doubt: string | undefined]>([
    ["whose joules and kilowatt-hours contradict each other", { joules: 1500, kwh: 4.167e-7 }, "contradictory"],
    ["of more than a server can spend", { joules: 1e9 }, "out_of_bounds"],
    ["of less than any machine needs", { joules: 1e-6 }, "out_of_bounds"],
    ["that agrees with itself", { joules: 150, kwh: 4.17e-5 }, undefined],
  ])("%s is kept", async ([, energy, doubt]) => {
    const { stated } = await recorded({ url: OWN_URL, body: chatOf({ usage: { ...USAGE, energy } }) });
    expect(stated).toMatchObject({ energyJoules: (energy as { joules: number }).joules });
    expect(stated?.doubt).toBe(doubt);
  });
});

describe("what is not a statement", () => {
  const quoted = `: energy ${JSON.stringify(COMMON)}`;
  test.for<[name: string, given: Given]>([
    ["zeros", { url: MELIOUS_URL, body: chatOf({ environment_impact: { energy_kwh: 0, carbon_g_co2: 0 } }) }],
    ["a text", { url: NEURALWATT_URL, body: chatOf({ energy: { energy_joules: "190" } }) }],
    ["less than nothing", { url: NEURALWATT_URL, body: chatOf({ energy: { energy_joules: -1 } }) }],
    ["another unit", { url: GREENPT_URL, body: chatOf({ impact: { energy: { total: 4, unit: "kWh" } } }) }],
    ["a comment that is not JSON", { url: NEURALWATT_URL, body: streamOf({}, ": energy lots\n\n") }],
    ["a comment of 1 MB", { url: OWN_URL, body: streamOf({}, `: energy {"x":"${"y".repeat(1e6)}"}\n\n`) }],
    ["a header that is not a number", { url: JOULE_URL, body: chatOf(), headers: { "x-energy-joules": "NaN" } }],
    ["a stream quoted in the answer", { url: OWN_URL, body: streamOf({}, "", `\n${quoted}\n\n`) }],
    [
      "an object in the arguments of a tool",
      { url: NEURALWATT_URL, body: chatOf({ choices: [{ message: { tool_calls: [{ energy: NEURALWATT }] } }] }) },
    ],
    [
      "JSON in the text of an answer",
      {
        url: NEURALWATT_URL,
        body: chatOf({ choices: [{ message: { content: JSON.stringify({ energy: NEURALWATT }) } }] }),
      },
    ],
    ["another provider's object", { url: OWN_URL, body: chatOf({ energy: NEURALWATT, impact: GREENPT }) }],
  ])("%s is left alone", async ([, given]) => {
    expect((await recorded(given)).stated).toBeUndefined();
  });

  test("any object never throws, nor changes the usage", async () => {
    await fc.assert(
      fc.asyncProperty(fc.object({ key: fc.constantFrom("joules", "kwh", "energy_joules", "x") }), async (energy) => {
        await recorded({ url: NEURALWATT_URL, body: chatOf({ energy, usage: { ...USAGE, energy } }), read: "text" });
      }),
      { numRuns: 60 },
    );
  });
});
