import { anthropic } from "./anthropic/anthropic.ts";
import { bedrock } from "./bedrock/bedrock.ts";
import { cohere } from "./cohere/cohere.ts";
import { dashscope } from "./dashscope/dashscope.ts";
import type { ApiFamily } from "./family.ts";
import { fal } from "./fal/fal.ts";
import { gemini } from "./gemini/gemini.ts";
import { huggingFace } from "./hugging-face/hugging-face.ts";
import { llamaCpp } from "./llama-cpp/llama-cpp.ts";
import { mistral } from "./mistral/mistral.ts";
import { oci } from "./oci/oci.ts";
import { ollama } from "./ollama/ollama.ts";
import { openai } from "./openai/openai.ts";
import { replicate } from "./replicate/replicate.ts";
import { runway } from "./runway/runway.ts";
import { watsonx } from "./watsonx/watsonx.ts";
import { workersAi } from "./workers-ai/workers-ai.ts";

/** Every family, in the order in which a path is looked for where the host does not say which of them it speaks. */
export const FAMILIES: readonly ApiFamily[] = [
  openai,
  mistral,
  anthropic,
  bedrock,
  gemini,
  cohere,
  ollama,
  replicate,
  huggingFace,
  llamaCpp,
  dashscope,
  watsonx,
  fal,
  runway,
  workersAi,
  oci,
];
