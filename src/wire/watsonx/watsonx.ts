import { create, type ApiFamily } from "../family.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import { audio } from "../openai/audio.ts";
import { ibmHosts } from "../ibm-hosts.ts";
import { inputCount } from "./input-count.ts";
import { textGeneration } from "./watsonx-generation.ts";
import { watsonxBody } from "./watsonx-body.ts";

const TEXT = "/ml/v1(?:/deployments/[^/]+)?/text";

/** watsonx's own API, beside which its model gateway speaks OpenAI's. */
export const watsonx: ApiFamily = {
  name: "watsonx",
  errorBody: (status, message) => ({ errors: [{ code: "gateway_error", message }], status_code: status }),
  hosts: ibmHosts(/^\/ml\/v1\//),
  routes: [
    create(`${TEXT}/chat`, "chat", chatCompletions),
    create(`${TEXT}/chat_stream`, "chat", chatCompletions),
    create(`${TEXT}/generation`, "completions", textGeneration),
    create(`${TEXT}/generation_stream`, "completions", textGeneration),
    create(`${TEXT}/embeddings`, "embeddings", inputCount),
    create(`${TEXT}/rerank`, "rerank", inputCount),
    create("/ml/v1/audio/transcriptions", "transcriptions", audio),
  ],
  noInference: [
    /\/ml\/v1\/text\/tokenization\/?$/,
    /\/ml\/v1\/(?:files|batches|prompts|trainings|fine_tunings|tuning|token)(?:\/|$)/,
  ],
  request: watsonxBody,
  modelOfPath: (path) => /\/deployments\/([^/]+)\//.exec(path)?.[1],
};
