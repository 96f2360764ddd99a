import { create, type ApiFamily } from "../family.ts";
import { audio } from "../openai/audio.ts";
import { silent } from "../silent.ts";
import { chat, firstVersion, metaUsage } from "./chat.ts";
import { cohereBody } from "./cohere-body.ts";

/** Not the API that is compatible with OpenAI's, nor one of others that ends alike. */
const OWN_PATHS = /^\/v[12]\//;

/** Paths that others have, too. */
const GENERIC = { isGeneric: true };

/** Cohere's API in both versions. */
export const cohere: ApiFamily = {
  name: "cohere",
  errorBody: (_status, message) => ({ message }),
  hosts: [
    { host: "api.cohere.com", provider: "cohere", path: OWN_PATHS },
    { host: "api.cohere.ai", provider: "cohere", path: OWN_PATHS },
    { host: "production.cohere.ai", provider: "cohere", path: OWN_PATHS },
    { host: "{deployment}.cohere.com", provider: "cohere", path: OWN_PATHS },
  ],
  routes: [
    create("/v2/chat", "chat", chat, GENERIC),
    create("/v1/chat", "chat", firstVersion, GENERIC),
    create("/v1/generate", "completions", firstVersion, GENERIC),
    create("/v1/summarize", "completions", firstVersion, GENERIC),
    create("/v1/classify", "classifications", metaUsage, GENERIC),
    create("/v[12]/embed", "embeddings", metaUsage),
    create("/v[12]/rerank", "rerank", metaUsage),
    create("/v2/parse", "ocr", metaUsage, GENERIC),
    create("/v2/audio/transcriptions", "transcriptions", audio),
    create("/v2/batches", "batches", silent),
    create("/v1/embed-jobs", "batches", silent),
  ],
  noInference: [
    /\/v1\/(?:tokenize|detokenize|check-api-key|datasets|connectors|models|finetuning)(?:\/|$)/,
    /\/(?:embed-jobs|batches)\/[^/]+[/:]cancel\/?$/,
  ],
  request: cohereBody,
};
