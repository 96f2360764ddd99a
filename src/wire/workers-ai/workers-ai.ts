// cspell:ignore dreamshaper melotts distilbert
import { create, type ApiFamily } from "../family.ts";
import { requestBody } from "../openai/request-body.ts";
import { silent } from "../silent.ts";
import { generation, images, readings } from "./workers-ai-answers.ts";

/** Names of models by what they make; those of text have no word in common. */
const named = (words: string): string => `/@(?:cf|hf)/[^/]+/[^/]*(?:${words})[^/]*`;

const MODEL = /(@(?:cf|hf)\/[^/]+\/[^/]+)(\/?)$/;

/** Cloudflare's Workers AI in its own form, directly and behind its gateway: the path names the model. */
export const workersAi: ApiFamily = {
  name: "workers_ai",
  errorBody: (code, message) => ({ success: false, errors: [{ code, message }], messages: [], result: null }),
  hosts: [
    { host: "api.cloudflare.com", provider: "cloudflare", path: /\/ai\/run\/@/ },
    { host: "gateway.ai.cloudflare.com", provider: "cloudflare", path: /^\/v1\/[^/]+\/[^/]+\/workers-ai\/@/ },
  ],
  routes: [
    create(named("rerank"), "rerank", readings),
    create(named("embed|bge-"), "embeddings", readings),
    create(named("flux|stable-diffusion|lucid|phoenix|dreamshaper"), "images", images),
    create(named("whisper|nova-"), "transcriptions", silent),
    create(named("melotts|aura-"), "speech", silent),
    create(named("resnet|detr-|distilbert|llama-guard"), "classifications", silent),
    create("/@(?:cf|hf)/[^/]+/[^/]+", "chat", generation),
  ],
  noInference: [],
  request: {
    limits: (body, operation) => requestBody.limits(body, operation),
    rewritten: (body, operation, { maximumOutputTokens }) =>
      requestBody.rewritten(body, operation, { ...(maximumOutputTokens !== undefined && { maximumOutputTokens }) }),
  },
  modelOfPath: (path) => MODEL.exec(path)?.[1],
  pathWithModel: (path, model) => path.replace(MODEL, `${model}$2`),
};
