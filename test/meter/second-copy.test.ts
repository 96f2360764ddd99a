import OpenAI from "openai";
import { expect, onTestFinished, test, vi } from "vitest";

import { createMeter, type Meter } from "../../src/index.ts";

/** A meter of another copy of the package, as a second version in the dependency tree would be. */
async function meterOfAnotherCopy(): Promise<Meter> {
  vi.resetModules();
  const { createMeter: createOther } = await import("../../src/index.ts");
  expect(createOther).not.toBe(createMeter);
  const meter = createOther();
  onTestFinished(() => meter.close());
  return meter;
}

function meterOfThisCopy(): Meter {
  const meter = createMeter();
  onTestFinished(() => meter.close());
  return meter;
}

const answer = () =>
  Promise.resolve(
    Response.json({ model: "gpt-4o-mini", choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
  );
const requestsOf = async (meter: Meter) => (await meter.flush(), meter.totals().overall.requests.completed);

test("a second copy of the package in the process is noticed when it makes a meter", async () => {
  meterOfThisCopy();
  const warning = vi.spyOn(process, "emitWarning").mockReturnValue();
  await meterOfAnotherCopy();
  expect(warning).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^llm-footprint: this process has 2 copies of the package \(\d+\.\d+\.\d+, \d+\.\d+\.\d+\)/),
    expect.objectContaining({ code: "LLM_FOOTPRINT_SECOND_COPY" }),
  );
  warning.mockRestore();
});

test("a client that one copy of the package meters is refused by another", async () => {
  const client = meterOfThisCopy().wrap(new OpenAI({ apiKey: "a key", fetch: answer }));
  const other = await meterOfAnotherCopy();
  expect(() => other.wrap(client)).toThrow("this client is metered by another meter already");
});

test("an exchange that one copy of the package observes is not counted again by another below it", async () => {
  const meter = meterOfThisCopy();
  const other = await meterOfAnotherCopy();
  const client = meter.wrap(new OpenAI({ apiKey: "a key", fetch: other.fetch({ fetch: answer }) }));
  await client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "?" }] });
  expect([await requestsOf(meter), await requestsOf(other)]).toStrictEqual([1, 0]);
});
