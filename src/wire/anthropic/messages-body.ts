import { numberAt } from "../count.ts";
import { objectAt, stringAt } from "../json.ts";
import { effortOf, type RequestReader } from "../requested-limits.ts";

/** Requests of the Messages API. On Bedrock and Vertex AI the path names the model instead. */
export const messagesBody: RequestReader = {
  limits: (body) => ({
    model: stringAt(body, "model"),
    maximumOutputTokens: numberAt(body, "max_tokens"),
    streamed: typeof body["stream"] === "boolean" ? body["stream"] : undefined,
    background: undefined,
    reasoningEffort: effortOf(objectAt(body, "output_config")?.["effort"]),
  }),
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && { max_tokens: maximumOutputTokens }),
  }),
};
