import { numberAt } from "../count.ts";
import { objectAt } from "../json.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of text-generation-inference and of pipelines: `inputs` and `parameters`. They name no model. */
export const huggingFaceBody: RequestReader = {
  limits: (body) => ({
    model: undefined,
    maximumOutputTokens: numberAt(objectAt(body, "parameters"), "max_new_tokens"),
    streamed: typeof body["stream"] === "boolean" ? body["stream"] : undefined,
    background: undefined,
  }),
  rewritten: (body, _operation, { maximumOutputTokens }) => ({
    ...body,
    ...(maximumOutputTokens !== undefined && {
      parameters: { ...objectAt(body, "parameters"), max_new_tokens: maximumOutputTokens },
    }),
  }),
};
