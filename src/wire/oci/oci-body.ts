import { numberAt } from "../count.ts";
import { objectAt, stringAt } from "../json.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Requests of Oracle's generative AI: the model stands under how it is served, the limits under what is asked. */
export const ociBody: RequestReader = {
  limits(body) {
    const asked = objectAt(body, "chatRequest") ?? objectAt(body, "inferenceRequest");
    return {
      model: stringAt(objectAt(body, "servingMode"), "modelId"),
      maximumOutputTokens: numberAt(asked, "maxTokens") ?? numberAt(asked, "maxCompletionTokens"),
      streamed: asked?.["isStream"] === true || undefined,
      background: undefined,
    };
  },
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { servingMode: { ...objectAt(body, "servingMode"), modelId: model } }),
    ...(maximumOutputTokens !== undefined && {
      chatRequest: { ...objectAt(body, "chatRequest"), maxTokens: maximumOutputTokens },
    }),
  }),
};
