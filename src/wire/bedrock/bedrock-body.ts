import { numberAt } from "../count.ts";
import { isObject, objectAt, stringAt, type JsonObject } from "../json.ts";
import type { RequestedLimits, RequestReader } from "../requested-limits.ts";
import { videosOfModelInput } from "./async-invoke.ts";
import { modelOfId } from "./model-id.ts";

/** Where each vendor's body limits the length of an answer, as a path into it. */
const LIMITS = [
  ["inferenceConfig", "maxTokens"], //              Converse, Nova
  ["inferenceConfig", "max_new_tokens"], //         Nova
  ["textGenerationConfig", "maxTokenCount"], //     Titan
  ["max_tokens"], //                                Anthropic, Mistral, Cohere, AI21, gpt-oss
  ["max_completion_tokens"], //                     gpt-oss
  ["max_tokens_to_sample"], //                      Anthropic's text completions
  ["max_gen_len"], //                               Meta
] as const;

/** Requests of Converse and InvokeModel, whose path names the model, and of StartAsyncInvoke. */
export const bedrockBody: RequestReader = {
  limits: (body, operation) => ({
    ...(operation === "async_invoke" ? invokedLater(body) : { model: undefined }),
    maximumOutputTokens: LIMITS.map((path) => limitAt(body, path)).find((limit) => limit !== undefined),
    streamed: undefined,
    background: undefined,
  }),
  rewritten(body, _operation, { maximumOutputTokens }) {
    if (maximumOutputTokens === undefined) return body;
    const path = LIMITS.find((candidate) => limitAt(body, candidate) !== undefined) ?? usualLimit(body);
    if (!path) return body;
    const [first, second] = path;
    if (second === undefined) return { ...body, [first]: maximumOutputTokens };
    return { ...body, [first]: { ...objectAt(body, first), [second]: maximumOutputTokens } };
  },
};

/** The body of an invocation whose path names no model. */
function invokedLater(body: JsonObject): Pick<RequestedLimits, "model" | "videos"> {
  const id = stringAt(body, "modelId");
  const model = id === undefined ? undefined : modelOfId(id);
  return { model, videos: videosOfModelInput(model, objectAt(body, "modelInput")) };
}

type LimitPath = (typeof LIMITS)[number];

function limitAt(body: JsonObject, [first, second]: LimitPath): number | undefined {
  return second === undefined ? numberAt(body, first) : numberAt(objectAt(body, first), second);
}

/** Where a body without a limit would have one, as far as its shape says: Converse's parts of a message have no type. */
function usualLimit({ messages, inputText }: JsonObject): LimitPath | undefined {
  if (typeof inputText === "string") return LIMITS[2];
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined;
  const part: unknown = isObject(first) && Array.isArray(first["content"]) ? first["content"][0] : undefined;
  return isObject(part) && !("type" in part) ? LIMITS[0] : undefined;
}
