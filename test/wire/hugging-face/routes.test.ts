import { describe, expect, test } from "vitest";

import { fixture } from "../fixtures.ts";
import { metered } from "../metered.ts";

const answering = (name: string, headers: Record<string, string> = {}) => {
  const { bytes, contentType } = fixture("hugging-face", name);
  return () =>
    Promise.resolve(new Response(new Uint8Array(bytes), { headers: { "content-type": contentType, ...headers } }));
};

const PROMPT = { inputs: "Say hello", parameters: { max_new_tokens: 20, details: true } };

describe("text-generation-inference, through a metered fetch", () => {
  test.for([
    ["http://tgi:3000/generate", { provider: "tgi" }, undefined],
    ["https://abc.us-east-1.aws.endpoints.huggingface.cloud/", {}, undefined],
    ["https://router.huggingface.co/hf-inference/models/google/gemma-2-2b-it", {}, "google/gemma-2-2b-it"],
    [
      "https://router.huggingface.co/hf-inference/models/google/gemma-2-2b-it/pipeline/text-generation",
      {},
      "google/gemma-2-2b-it",
    ],
    ["https://api-inference.huggingface.co/models/google/gemma-2-2b-it", {}, "google/gemma-2-2b-it"],
  ] as const)("%s is a text completion", async ([url, options, requestedModel]) => {
    const { post, settled } = metered({ ...options, fetch: answering("generate-list.json") });
    await (await post(url, PROMPT)).json();
    expect(await settled()).toMatchObject([{ operation: "completions", requestedModel, usage: { outputTokens: 20 } }]);
  });

  test("states its tokens in headers where no details were asked for", async () => {
    const headers = { "x-prompt-tokens": "3", "x-generated-tokens": "20" };
    const fetch = answering("generate-without-details.json", headers);
    const { post, settled } = metered({ provider: "tgi", fetch });
    await (await post("http://tgi:3000/generate", { inputs: "Say hello" })).json();
    expect(await settled()).toMatchObject([{ usage: { inputTokens: 3, outputTokens: 20 }, usageSource: "reported" }]);
  });

  test("streams at a path of its own, on any host", async () => {
    const { post, settled } = metered({ fetch: answering("stream.sse") });
    await (await post("http://tgi:3000/generate_stream", PROMPT)).text();
    expect(await settled()).toMatchObject([{ operation: "completions", usage: { inputTokens: 6, outputTokens: 4 } }]);
  });

  test("is not known by a path that other programs have, too, on a host that nobody knows", async () => {
    const { post, settled } = metered({ fetch: answering("generate.json") });
    await (await post("https://app.example.com/generate", PROMPT)).json();
    expect(await settled()).toStrictEqual([]);
  });
});

describe("Hugging Face's router, through a metered fetch", () => {
  const base = "https://router.huggingface.co";

  test("passes OpenAI's API, and those of its partners", async () => {
    const chat = {
      id: "c",
      model: "m",
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    };
    const { post, settled } = metered({ fetch: () => Promise.resolve(Response.json(chat)) });
    for (const path of ["/v1", "/together/v1", "/fireworks-ai/inference/v1", "/groq/openai/v1"])
      await (await post(`${base}${path}/chat/completions`, { model: "meta-llama/Llama-3.1-8B-Instruct:groq" })).json();
    const record = { operation: "chat", usage: { inputTokens: 3, outputTokens: 2 } };
    expect(await settled()).toMatchObject([{ ...record, provider: "hugging_face" }, record, record, record]);
  });

  test.for([
    ["feature-extraction", "embeddings"],
    ["automatic-speech-recognition", "transcriptions"],
    ["zero-shot-classification", "classifications"],
    ["text-classification", "classifications"],
    ["summarization", "pipeline"],
  ] as const)("knows a pipeline by its task: %s", async ([task, operation]) => {
    const { post, settled } = metered({ fetch: () => Promise.resolve(Response.json([[0.1, 0.2]])) });
    await (await post(`${base}/hf-inference/models/org/name/pipeline/${task}`, { inputs: "hello" })).json();
    expect(await settled()).toMatchObject([{ operation, requestedModel: "org/name", usageSource: "missing" }]);
  });

  test("counts an image that is answered as its bytes", async () => {
    const image = () => new Response(new Uint8Array(64), { headers: { "content-type": "image/jpeg" } });
    const { post, settled } = metered({ fetch: () => Promise.resolve(image()) });
    const url = `${base}/hf-inference/models/black-forest-labs/FLUX.1-dev/pipeline/text-to-image`;
    expect((await (await post(url, { inputs: "a cat" })).blob()).size).toBe(64);
    expect(await settled()).toMatchObject([{ operation: "images", usage: { images: 1 }, usageSource: "reported" }]);
  });
});
