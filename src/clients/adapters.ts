import type { ClientAdapter } from "./adapter.ts";
import { bedrockRuntime } from "./aws/bedrock-runtime.ts";
import { azureInference } from "./azure/azure-inference.ts";
import { googleGenAi } from "./google/google-genai.ts";
import { cohere } from "./slots/cohere.ts";
import { huggingFace } from "./slots/hugging-face.ts";
import { ollama } from "./slots/ollama.ts";
import { portkey } from "./slots/portkey.ts";
import { replicate } from "./slots/replicate.ts";
import { mistral, mistralAzure, mistralGcp } from "./speakeasy/mistral.ts";
import { openrouter } from "./speakeasy/openrouter.ts";
import { anthropic } from "./stainless/anthropic.ts";
import { cerebras } from "./stainless/cerebras.ts";
import { groq } from "./stainless/groq.ts";
import { openai } from "./stainless/openai.ts";
import { openaiSocket } from "./stainless/openai-socket.ts";
import { together } from "./stainless/together.ts";

/** How the clients of each SDK are metered. */
export const ADAPTERS: readonly ClientAdapter[] = [
  openai,
  openaiSocket,
  anthropic,
  googleGenAi,
  bedrockRuntime,
  mistral,
  mistralGcp,
  mistralAzure,
  groq,
  together,
  cerebras,
  openrouter,
  cohere,
  ollama,
  huggingFace,
  portkey,
  replicate,
  azureInference,
];
