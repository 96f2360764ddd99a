import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { numberAt } from "../count.ts";
import { effortOf, type RequestReader } from "../requested-limits.ts";

/** Where the APIs limit the length of an answer, in the order in which they win. */
const LIMITS = ["max_completion_tokens", "max_output_tokens", "max_tokens"] as const;

/** Requests of OpenAI and of all who speak like it, Mistral among them. */
export const requestBody: RequestReader = {
  limits: (body) => ({
    model: stringAt(body, "model"),
    maximumOutputTokens: LIMITS.map((name) => numberAt(body, name)).find((limit) => limit !== undefined),
    streamed: booleanAt(body, "stream"),
    background: booleanAt(body, "background"),
    // Chat says it at the top, Responses inside `reasoning`.
    reasoningEffort: effortOf(body["reasoning_effort"] ?? objectAt(body, "reasoning")?.["effort"]),
  }),
  rewritten(body, operation, { model, maximumOutputTokens }) {
    const limit =
      LIMITS.find((name) => name in body) ?? (operation === "responses" ? "max_output_tokens" : "max_tokens");
    return {
      ...body,
      ...(model !== undefined && { model }),
      ...(maximumOutputTokens !== undefined && { [limit]: maximumOutputTokens }),
    };
  },
};

const booleanAt = (body: JsonObject, name: string): boolean | undefined => {
  const value = body[name];
  return typeof value === "boolean" ? value : undefined;
};
