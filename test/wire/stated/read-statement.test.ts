import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";

import type { RequestRecord } from "../../../src/index.ts";
import { metered } from "../metered.ts";
import { chatOf, GREENPT, MELIOUS, NEURALWATT, streamOf, USAGE } from "./answers.ts";
import {
  COMMON,
  FORMS,
  GREENPT_URL,
  JOULE_URL,
  MELIOUS_URL,
  NEURALWATT_URL,
  OWN_URL,
  type SentAnswer,
} from "./forms.ts";
import { inPieces } from "./pieces.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function chunksOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

interface Given extends SentAnswer {
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

  test.for<[name: string, given: Given]>([
    ["a text", { url: NEURALWATT_URL, body: chatOf({ energy: { energy_joules: "190" } }) }],
    ["a number in place of an object", { url: NEURALWATT_URL, body: chatOf({ energy: 190.46 }) }],
    ["a list in place of an object", { url: GREENPT_URL, body: chatOf({ impact: [GREENPT] }) }],
    ["a text in place of an object", { url: MELIOUS_URL, body: chatOf({ environment_impact: "0.06 g" }) }],
    ["a comment that is not JSON", { url: NEURALWATT_URL, body: streamOf({}, ": energy lots\n\n") }],
    ["a comment of 6 KB", { url: OWN_URL, body: streamOf({}, `: energy {"x":"${"y".repeat(6000)}"}\n\n`) }],
    ["a comment of 1 MB", { url: OWN_URL, body: streamOf({}, `: energy {"x":"${"y".repeat(1e6)}"}\n\n`) }],
    ["a header that is not a number", { url: JOULE_URL, body: chatOf(), headers: { "x-energy-joules": "NaN" } }],
    ["a header of 8 KB", { url: OWN_URL, body: chatOf(), headers: { "x-energy-data": `{"x":"${"y".repeat(8000)}"}` } }],
  ])("%s in its place counts as unreadable", async ([, given]) => {
    for (const read of ["stream", typeof given.body === "string" ? "text" : "json"] as const) {
      const record = await recorded({ ...given, read });
      expect([record.statement, record.stated]).toStrictEqual(["unreadable", undefined]);
    }
  });

  test("a comment of 6 KB counts as unreadable however it is split", async () => {
    const body = streamOf({}, `: energy {"x":"${"y".repeat(6000)}"}\n\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(7000), { maxLength: 12 }), async (cuts) => {
        expect((await recorded({ url: OWN_URL, body, cuts })).statement).toBe("unreadable");
      }),
      { numRuns: 15 },
    );
  });

  test.for<[name: string, given: Given]>([
    ["a stream quoted in a long line", { url: OWN_URL, body: streamOf({}, "", `${"z".repeat(6000)}\n${quoted}\n\n`) }],
    ["zeros", { url: MELIOUS_URL, body: chatOf({ environment_impact: { energy_kwh: 0, carbon_g_co2: 0 } }) }],
    ["a comment of another kind, of 6 KB", { url: OWN_URL, body: streamOf({}, `: ${"y".repeat(6000)}\n\n`) }],
  ])("%s does not count at all", async ([, given]) => {
    expect(await recorded(given)).not.toHaveProperty("statement");
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
