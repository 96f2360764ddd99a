import { create, type ApiFamily } from "../family.ts";
import { huggingFaceBody } from "./hugging-face-body.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { textGeneration } from "./text-generation.ts";

const MODEL = /(\/models\/)([^/]+\/[^/]+)((?:\/pipeline\/[^/]+)?\/?)$/;

/**
 * What Hugging Face has besides OpenAI's API: pipelines behind its router, and text-generation-inference there, on
 * dedicated endpoints and on one's own servers. The router passes the APIs of its partners on as they are.
 */
export const huggingFace: ApiFamily = {
  name: "hugging_face",
  hosts: [
    { host: "router.huggingface.co", provider: "hugging_face", path: /^\/hf-inference\// },
    { host: "api-inference.huggingface.co", provider: "hugging_face" },
    { host: "{id}.{region}.{cloud}.endpoints.huggingface.cloud", provider: "hugging_face" },
    { host: "*.endpoints.huggingface.cloud", provider: "hugging_face" },
  ],
  providers: ["tgi"],
  errorBody: (status, message) => ({
    error: message,
    error_type: status === 429 ? "overloaded" : status < 500 ? "validation" : "generation",
  }),
  routes: [
    create("/generate", "completions", textGeneration, { ownHostsOnly: true }),
    create("/generate_stream", "completions", textGeneration),
    ...pipelineRoutes,
    // A server of one model answers at its root.
    create("^/", "completions", textGeneration, { ownHostsOnly: true }),
  ],
  noInference: [/\/(?:tokenize|chat_tokenize|info|metrics|health)\/?$/],
  request: huggingFaceBody,
  modelOfPath: (path) => MODEL.exec(path)?.[2],
  pathWithModel: (path, model) => path.replace(MODEL, `$1${model}$3`),
};
