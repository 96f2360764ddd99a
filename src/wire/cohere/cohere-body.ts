import { numberAt } from "../count.ts";
import { stringAt } from "../json.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of Cohere, in both versions. */
export const cohereBody: RequestReader = {
  limits: (body) => ({
    model: stringAt(body, "model"),
    maximumOutputTokens: numberAt(body, "max_tokens"),
    streamed: typeof body["stream"] === "boolean" ? body["stream"] : undefined,
    background: undefined,
  }),
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && { max_tokens: maximumOutputTokens }),
  }),
};
