import { numberAt } from "../count.ts";
import { stringAt } from "../json.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of llama.cpp's own paths. */
export const llamaCppBody: RequestReader = {
  limits(body) {
    const limit = numberAt(body, "n_predict") ?? numberAt(body, "max_tokens");
    return {
      model: stringAt(body, "model"),
      // -1: without an end.
      maximumOutputTokens: limit !== undefined && limit >= 0 ? limit : undefined,
      streamed: typeof body["stream"] === "boolean" ? body["stream"] : undefined,
      background: undefined,
    };
  },
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && { n_predict: maximumOutputTokens }),
  }),
};
