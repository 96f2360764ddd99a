import { numberAt } from "../count.ts";
import { objectAt, stringAt } from "../json.ts";
import { requestBody } from "../openai/request-body.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of watsonx: chats as OpenAI has them, text generation with its settings under `parameters`. */
export const watsonxBody: RequestReader = {
  limits: (body, operation) => ({
    ...requestBody.limits(body, operation),
    model: stringAt(body, "model_id"),
    ...(operation === "completions" && {
      maximumOutputTokens: numberAt(objectAt(body, "parameters"), "max_new_tokens"),
    }),
  }),
  rewritten: (body, operation, instead) =>
    operation === "completions" ? rewrittenGeneration(body, instead) : requestBody.rewritten(body, operation, instead),
};

const rewrittenGeneration = (
  body: Parameters<RequestReader["rewritten"]>[0],
  { model, maximumOutputTokens }: Parameters<RequestReader["rewritten"]>[2],
) => ({
  ...body,
  ...(model !== undefined && { model_id: model }),
  ...(maximumOutputTokens !== undefined && {
    parameters: { ...objectAt(body, "parameters"), max_new_tokens: maximumOutputTokens },
  }),
});
