import { expect, test } from "vitest";

import { metered } from "../metered.ts";

const details = { finish_reason: "length", generated_tokens: 20, input_length: 6, prefill: [], energy_mj: 108_836 };
const stated = {
  source: "measured",
  energyJoules: 108.836,
  energyRangeJoules: { low: 108.836 / 128, central: 108.836, high: 108.836 },
  method: "unshared",
  boundary: "gpu",
};

test.for<[form: string, body: string, type: string]>([
  ["an answer", JSON.stringify({ generated_text: "Deep learning", details }), "application/json"],
  [
    "the last event of a stream",
    `data: ${JSON.stringify({ index: 1, token: { id: 1, text: "Deep" }, generated_text: null })}\n\n` +
      `data: ${JSON.stringify({ index: 2, token: { id: 2, text: "!" }, generated_text: "Deep!", details })}\n\n`,
    "text/event-stream",
  ],
])(
  "the energy that text-generation-inference states in %s is all that its GPUs took meanwhile",
  async ([, body, type]) => {
    const { post, meter, settled } = metered({
      provider: "tgi",
      fetch: () => Promise.resolve(new Response(body, { headers: { "content-type": type } })),
    });
    const url = `http://tgi.local:3000/${type === "application/json" ? "generate" : "generate_stream"}`;
    expect(await (await post(url, { inputs: "What is deep learning?" })).text()).toBe(body);
    const [record] = await settled();
    await meter.close();
    expect(record).toMatchObject({ usage: { inputTokens: 6, outputTokens: 20 }, stated, statement: "measured" });
  },
);
