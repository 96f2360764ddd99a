import { objectOf, stringOf } from "../json.ts";
import { numberOf } from "../count.ts";
import { requestedVideos } from "../requested-videos.ts";
import { effortOf, type RequestReader } from "../requested-limits.ts";

/** Where the APIs limit the length of an answer, in the order in which they win. */
const LIMITS = ["max_completion_tokens", "max_output_tokens", "max_tokens"] as const;

/** The second is watsonx's. */
const MODELS = ["model", "model_id"] as const;

/** Requests of OpenAI and of all who speak like it, Mistral among them. */
export const requestBody: RequestReader = {
  limits: (body, operation) => ({
    model: stringOf(body["model"]) ?? stringOf(body["model_id"]),
    maximumOutputTokens:
      numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_output_tokens"]) ?? numberOf(body["max_tokens"]),
    streamed: booleanOf(body["stream"]),
    background: booleanOf(body["background"]),
    // Chat says it at the top, Responses inside `reasoning`.
    reasoningEffort: effortOf(body["reasoning_effort"] ?? objectOf(body["reasoning"])?.["effort"]),
    ...(operation === "videos" && { videos: requestedVideos(body) }),
  }),
  rewritten(body, operation, { model, maximumOutputTokens }) {
    const limit =
      LIMITS.find((name) => name in body) ?? (operation === "responses" ? "max_output_tokens" : "max_tokens");
    return {
      ...body,
      ...(model !== undefined && { [MODELS.find((name) => name in body) ?? MODELS[0]]: model }),
      ...(maximumOutputTokens !== undefined && { [limit]: maximumOutputTokens }),
    };
  },
};

const booleanOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);
