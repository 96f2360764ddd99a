import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type RequestRecord } from "../../src/index.ts";
import { collected } from "../transport/tapped.ts";
import { openaiVersions } from "./versions.ts";
import { QUESTION, STREAMED_QUESTION } from "./openai/sdk.ts";

test.for(await openaiVersions())("footprintOf() knows the very object that $name returned", async (sdk) => {
  await using provider = await startLocalProvider();
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const client = meter.wrap(sdk.client(provider), { provider: "openai" });
  const answer = await client.chat.completions.create(QUESTION);
  const footprint = meter.footprintOf(answer);
  await meter.flush();
  expect(footprint?.co2eGrams?.central).toBeGreaterThan(0);
  expect(footprint).toStrictEqual(records[0]?.footprint);
  expect(Object.getOwnPropertySymbols(answer)).toStrictEqual([]);
});

test("footprintOf() knows nothing of copies, streams and values", async () => {
  const [sdk] = await openaiVersions();
  await using provider = await startLocalProvider();
  const meter = createMeter();
  const client = meter.wrap(sdk!.client(provider), { provider: "openai" });
  const answer = await client.chat.completions.create(QUESTION);
  const stream = await client.chat.completions.create(STREAMED_QUESTION);
  expect([{ ...answer }, stream, meter, null, 7].map((value) => meter.footprintOf(value as object))).toStrictEqual(
    Array<undefined>(5).fill(undefined),
  );
  stream.controller.abort();
});

test.for(await openaiVersions())("an answer of $name that is kept does not keep what was asked", async (sdk) => {
  await using provider = await startLocalProvider();
  const meter = createMeter();
  const client = meter.wrap(sdk.client(provider), { provider: "openai" });
  const ask = async () => {
    const question = { ...QUESTION };
    return { answer: await client.chat.completions.create(question), question: new WeakRef(question) };
  };
  const { answer, question } = await ask();
  expect(meter.footprintOf(answer)?.co2eGrams?.central).toBeGreaterThan(0);
  await collected(() => question.deref() === undefined);
  expect(question.deref()).toBeUndefined();
  expect(meter.footprintOf(answer)?.co2eGrams?.central).toBeGreaterThan(0);
});
