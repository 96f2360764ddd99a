import { describe, expect, test } from "vitest";

import { answering } from "../answering.ts";

const HOST = "https://eu-de.ml.cloud.ibm.com/ml/v1";
const GRANITE = "ibm/granite-3-3-8b-instruct";
const ASKED = { model_id: GRANITE, input: "Tell me about interest rates", parameters: { max_new_tokens: 200 } };

const result = (text: string, input: number, output: number, stop_reason: string) => ({
  model_id: GRANITE,
  created_at: "2026-05-04T14:29:19.162Z",
  results: [{ generated_text: text, generated_token_count: output, input_token_count: input, stop_reason }],
});
const event = (id: number, data: object): string =>
  `id: ${String(id)}\nevent: message\ndata: ${JSON.stringify(data)}\n\n`;

const KNOWN = {
  provider: "ibm.watsonx.ai",
  zone: "eu-de",
  outcome: "completed",
  requestedModel: GRANITE,
  respondedModel: GRANITE,
  usageSource: "reported",
};

describe("text generation of watsonx", () => {
  test("is counted by what its result states", async () => {
    const { recordOf } = answering(result("Rates are", 7, 20, "max_tokens"));
    expect(await recordOf(`${HOST}/text/generation?version=2026-02-11`, ASKED)).toMatchObject({
      ...KNOWN,
      operation: "completions",
      usage: { inputTokens: 7, outputTokens: 20 },
      rawUsage: { input_token_count: 7, generated_token_count: 20 },
    });
  });

  test("is counted by its stream's first input and last output", async () => {
    const { recordOf } = answering([
      event(1, {}),
      event(2, result("", 68, 0, "not_finished")),
      ...Array.from({ length: 400 }, (_, index) => event(3 + index, result(" word", 0, 1 + index, "not_finished"))),
      event(403, result(".", 0, 401, "eos_token")),
      "id: 404\nevent: close\ndata: {}\n\n",
    ]);
    expect(await recordOf(`${HOST}/text/generation_stream?version=2026-02-11`, ASKED)).toMatchObject({
      ...KNOWN,
      usage: { inputTokens: 68, outputTokens: 401 },
    });
  });

  test("keeps what was stated where its stream is left", async () => {
    const { post, settled } = answering([
      event(1, result("", 68, 0, "not_finished")),
      event(2, result("one", 0, 1, "not_finished")),
    ]);
    const reader = (await post(`${HOST}/text/generation_stream?version=2026-02-11`, ASKED)).body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(await settled()).toMatchObject([{ outcome: "abandoned", usage: { inputTokens: 68, outputTokens: 1 } }]);
  });

  test("of a deployment goes by the model that answers", async () => {
    const { recordOf } = answering(result("Yes", 5, 1, "eos_token"));
    const record = await recordOf(`${HOST}/deployments/my-prompt/text/generation?version=2026-02-11`, { input: "So?" });
    expect(record).toMatchObject({ requestedModel: "my-prompt", respondedModel: GRANITE, usage: { inputTokens: 5 } });
  });

  test("that is refused has failed", async () => {
    const refusal = { errors: [{ code: "model_not_supported", message: "no such model" }], status_code: 404 };
    const { recordOf } = answering(Response.json(refusal, { status: 404 }));
    expect(await recordOf(`${HOST}/text/generation`, ASKED)).toMatchObject({
      outcome: "failed",
      errorType: "http_404",
    });
  });
});

const SLATE = "ibm/slate-125m-english";

describe("embeddings and rerank of watsonx", () => {
  test.for([
    ["short", 3],
    ["longer than what is kept of them", 5000],
  ] as const)("that are %s count what they have read", async ([, dimensions]) => {
    const embedding = Array.from({ length: dimensions }, () => -0.006929283);
    const { recordOf } = answering({
      model_id: SLATE,
      results: [{ embedding }],
      created_at: "2026",
      input_token_count: 10,
    });
    expect(
      await recordOf(`${HOST}/text/embeddings?version=2026-02-11`, { model_id: SLATE, inputs: ["x"] }),
    ).toMatchObject({
      ...KNOWN,
      requestedModel: SLATE,
      respondedModel: SLATE,
      operation: "embeddings",
      usage: { inputTokens: 10 },
    });
  });

  test("are ranked likewise", async () => {
    const { recordOf } = answering({ model_id: SLATE, results: [{ index: 0, score: 0.7 }], input_token_count: 318 });
    expect(
      await recordOf(`${HOST}/text/rerank`, { model_id: SLATE, query: "x", inputs: [{ text: "y" }] }),
    ).toMatchObject({
      operation: "rerank",
      usage: { inputTokens: 318 },
    });
  });
});

test("counting the tokens of a text runs no model of watsonx", async () => {
  const { post, settled } = answering({ model_id: GRANITE, result: { token_count: 11 } });
  await (await post(`${HOST}/text/tokenization`, ASKED)).text();
  expect(await settled()).toStrictEqual([]);
});
