import { numberAt } from "../count.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of Ollama. It streams unless it is asked not to. */
export const ollamaBody: RequestReader = {
  limits: (body, operation) => ({
    model: stringAt(body, "model"),
    maximumOutputTokens: limitOf(body),
    streamed: body["stream"] !== false,
    background: undefined,
    isInference: !onlyLoads(body, operation),
  }),
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && {
      options: { ...objectAt(body, "options"), num_predict: maximumOutputTokens },
    }),
  }),
};

/** Negative: without an end, or until the context is full. */
function limitOf(body: JsonObject): number | undefined {
  const limit = numberAt(objectAt(body, "options"), "num_predict");
  return limit !== undefined && limit >= 0 ? limit : undefined;
}

/** A text completion without a prompt, or a chat with an empty list of messages, loads the model or unloads it. */
function onlyLoads(body: JsonObject, operation: string | undefined): boolean {
  if (operation === "completions") return !stringAt(body, "prompt") && listAt(body, "images").length === 0;
  return Array.isArray(body["messages"]) && body["messages"].length === 0;
}
