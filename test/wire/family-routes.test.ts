// cspell:ignore Agenerate
import { describe, expect, test } from "vitest";

import { cohere } from "../../src/wire/cohere/cohere.ts";
import { matchRoute, usesNoModel, type ApiFamily } from "../../src/wire/family.ts";
import { dashscope } from "../../src/wire/dashscope/dashscope.ts";
import { fal } from "../../src/wire/fal/fal.ts";
import { gemini } from "../../src/wire/gemini/gemini.ts";
import { destinationOf, familiesOfProvider } from "../../src/wire/hosts.ts";
import { huggingFace } from "../../src/wire/hugging-face/hugging-face.ts";
import { llamaCpp } from "../../src/wire/llama-cpp/llama-cpp.ts";
import { ollama } from "../../src/wire/ollama/ollama.ts";
import { openai } from "../../src/wire/openai/openai.ts";
import { replicate } from "../../src/wire/replicate/replicate.ts";
import { runway } from "../../src/wire/runway/runway.ts";
import { watsonx } from "../../src/wire/watsonx/watsonx.ts";

const VERTEX = "/v1/projects/p/locations/us-central1";

const CREATED: readonly (readonly [ApiFamily, path: string, operation: string, model?: string])[] = [
  [gemini, "/v1beta/models/gemini-2.5-flash:generateContent", "generate_content", "gemini-2.5-flash"],
  [gemini, "/v1beta/models/gemini-2.5-flash:streamGenerateContent", "generate_content", "gemini-2.5-flash"],
  [gemini, "/v1beta/models/gemini-2.5-flash%3AgenerateContent", "generate_content", "gemini-2.5-flash"],
  [gemini, "/v1beta/tunedModels/mine-1:generateContent", "generate_content", "mine-1"],
  [gemini, `${VERTEX}/publishers/google/models/gemini-2.5-pro:generateContent`, "generate_content", "gemini-2.5-pro"],
  [gemini, `${VERTEX}/endpoints/123456:streamGenerateContent`, "generate_content", "123456"],
  [gemini, "/v1/publishers/google/models/gemini-2.5-pro:generateContent", "generate_content", "gemini-2.5-pro"],
  [gemini, "/v1beta/models/gemini-embedding-001:embedContent", "embeddings", "gemini-embedding-001"],
  [gemini, "/v1beta/models/gemini-embedding-001:batchEmbedContents", "embeddings", "gemini-embedding-001"],
  [gemini, `${VERTEX}/publishers/google/models/text-embedding-005:predict`, "embeddings", "text-embedding-005"],
  [gemini, "/v1beta/models/imagen-4.0-generate-001:predict", "images", "imagen-4.0-generate-001"],
  [gemini, "/v1beta/models/veo-3.0-generate-001:predictLongRunning", "videos", "veo-3.0-generate-001"],
  [gemini, "/v1beta/models/gemini-2.5-flash:batchGenerateContent", "batches", "gemini-2.5-flash"],
  [gemini, "/v1beta/interactions", "interactions"],
  [cohere, "/v2/chat", "chat"],
  [cohere, "/v1/chat", "chat"],
  [cohere, "/v1/generate", "completions"],
  [cohere, "/v1/summarize", "completions"],
  [cohere, "/v1/classify", "classifications"],
  [cohere, "/v1/embed", "embeddings"],
  [cohere, "/v2/embed", "embeddings"],
  [cohere, "/v1/rerank", "rerank"],
  [cohere, "/v2/rerank", "rerank"],
  [cohere, "/v2/audio/transcriptions", "transcriptions"],
  [cohere, "/v2/parse", "ocr"],
  [ollama, "/api/chat", "chat"],
  [ollama, "/api/generate", "completions"],
  [ollama, "/api/embed", "embeddings"],
  [ollama, "/api/embeddings", "embeddings"],
  [replicate, "/v1/predictions", "predictions"],
  [replicate, "/v1/models/meta/llama-3/predictions", "predictions", "meta/llama-3"],
  [replicate, "/v1/deployments/acme/chat/predictions", "predictions"],
  [huggingFace, "/generate", "completions"],
  [huggingFace, "/generate_stream", "completions"],
  [huggingFace, "/", "completions"],
  [huggingFace, "/models/org/name", "completions", "org/name"],
  [huggingFace, "/hf-inference/models/org/name/pipeline/text-to-image", "images", "org/name"],
  [openai, "/v1/score", "rerank"],
  [openai, "/classify", "classifications"],
  [llamaCpp, "/completion", "completions"],
  [llamaCpp, "/infill", "fim"],
  [llamaCpp, "/embedding", "embeddings"],
  [llamaCpp, "/reranking", "rerank"],
  [watsonx, "/ml/v1/text/chat", "chat"],
  [watsonx, "/ml/v1/text/chat_stream", "chat"],
  [watsonx, "/ml/v1/deployments/ours/text/generation_stream", "completions", "ours"],
  [dashscope, "/api/v1/services/aigc/text2image/image-synthesis", "images"],
  [dashscope, "/api/v1/services/aigc/image-generation/generation", "images"],
  [fal, "/fal-ai/flux/dev", "predictions", "fal-ai/flux/dev"],
  [fal, "/fal-ai/fal-ai/flux/dev", "predictions", "fal-ai/flux/dev"],
  [runway, "/v1/image_to_video", "videos"],
  [runway, "/v1/text_to_image", "images"],
  [runway, "/v1/sound_effect", "speech"],
];

test.for(CREATED)("$0.name: POST %s is a request", ([family, path, operation, model]) => {
  expect(matchRoute(family, "POST", path)?.endpoint).toMatchObject({ operation, role: "create" });
  expect(family.modelOfPath?.(path)).toBe(model);
  expect(usesNoModel(family, path)).toBe(false);
  for (const method of ["GET", "DELETE", "PATCH"]) {
    expect(matchRoute(family, method, path)?.endpoint.role ?? "follow", method).toBe("follow");
  }
});

test.for([
  [gemini, "GET", "/v1beta/interactions/v1_abc", "v1_abc"],
  [gemini, "POST", "/v1beta/interactions/v1_abc/cancel", "v1_abc"],
  [replicate, "GET", "/v1/predictions/p1", "p1"],
  [replicate, "POST", "/v1/predictions/p1/cancel", "p1"],
  [replicate, "GET", "/v1/files/bcwr-token1", "bcwr-token1"],
] as const)("%o: %s %s asks after a request that was made before", ([family, method, path, id]) => {
  expect(matchRoute(family, method, path)).toMatchObject({ endpoint: { role: "follow" }, followedId: id });
});

const NO_INFERENCE: readonly (readonly [ApiFamily, path: string])[] = [
  [gemini, "/v1beta/models/gemini-2.5-flash:countTokens"],
  [gemini, `${VERTEX}/publishers/google/models/gemini-2.5-pro:computeTokens`],
  [gemini, `${VERTEX}/publishers/google/models/veo-3.0:fetchPredictOperation`],
  [gemini, "/v1beta/cachedContents"],
  [gemini, "/upload/v1beta/files"],
  [gemini, "/v1beta/files"],
  [gemini, "/v1beta/tunedModels"],
  [gemini, "/v1beta/fileSearchStores/s:importFile"],
  [gemini, "/v1beta/batches/b1:cancel"],
  [gemini, "/v1alpha/auth_tokens"],
  [cohere, "/v1/tokenize"],
  [cohere, "/v1/detokenize"],
  [cohere, "/v1/datasets"],
  [cohere, "/v1/check-api-key"],
  [cohere, "/v1/embed-jobs/e1/cancel"],
  [ollama, "/api/show"],
  [ollama, "/api/pull"],
  [ollama, "/api/blobs/sha256:29fdb92e57cf0827ded04ae6461b5931d01fa595843f55d36f5b275a52087dd2"],
  [ollama, "/api/web_search"],
  [replicate, "/v1/files"],
  [replicate, "/v1/models"],
  [replicate, "/v1/deployments"],
  [replicate, "/v1/models/o/m/versions/v1/trainings"],
  [huggingFace, "/tokenize"],
  [llamaCpp, "/tokenize"],
  [llamaCpp, "/apply-template"],
  [llamaCpp, "/slots/0"],
];

test.for(NO_INFERENCE)("$0.name: POST %s is known to use no model", ([family, path]) => {
  expect(matchRoute(family, "POST", path)).toBeUndefined();
  expect(usesNoModel(family, path)).toBe(true);
});

describe("hosts", () => {
  const familyNames = (host: string, path: string): string[] =>
    destinationOf(host, path).families.map(({ name }) => name);

  test.for([
    ["generativelanguage.googleapis.com", "/v1beta/models/g:generateContent", "gcp.gemini", "gemini"],
    [
      "europe-west9-aiplatform.googleapis.com",
      "/v1/publishers/google/models/g:generateContent",
      "gcp.vertex_ai",
      "gemini",
    ],
    ["api.cohere.com", "/v2/chat", "cohere", "cohere"],
    ["api.cohere.ai", "/v1/embed", "cohere", "cohere"],
    ["ollama.com", "/api/chat", "ollama", "ollama"],
    ["api.replicate.com", "/v1/predictions", "replicate", "replicate"],
    ["stream.replicate.com", "/v1/files/x", "replicate", "replicate"],
    ["router.huggingface.co", "/hf-inference/models/a/b", "hugging_face", "hugging_face"],
    ["router.huggingface.co", "/replicate/v1/models/a/b/predictions", "replicate", "replicate"],
    ["x.us-east-1.aws.endpoints.huggingface.cloud", "/", "hugging_face", "hugging_face"],
  ] as const)("%s%s is of %s and speaks %s", ([host, path, provider, family]) => {
    expect(destinationOf(host, path).provider).toBe(provider);
    expect(familyNames(host, path)).toContain(family);
  });

  test("of Cohere speak OpenAI's API where they are compatible", () => {
    expect(familyNames("api.cohere.ai", "/compatibility/v1/chat/completions")).toStrictEqual(["openai"]);
  });

  test.for([
    ["ollama", "ollama"],
    ["tgi", "hugging_face"],
    ["llama_cpp", "llama_cpp"],
  ])("of one's own are told by the provider %s", ([provider, family]) => {
    expect(familiesOfProvider(provider!).map(({ name }) => name)).toContain(family);
  });
});
