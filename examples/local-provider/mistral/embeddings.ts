import { json, Refusal, type Routes } from "../exchange.ts";
import { countTokensIn, vectorOf } from "../language.ts";

/** Embeddings of 8 dimensions unless `output_dimension` says otherwise. */
export const embeddingRoutes: Routes = {
  "POST /embeddings": ({ number, body }) => {
    const { model, input, output_dimension: dimensions } = body as EmbeddingRequest;
    if (!model) throw new Refusal(422, "model: Field required");
    const data = (typeof input === "string" ? [input] : input).map((_, index) => ({
      object: "embedding",
      index,
      embedding: vectorOf(dimensions ?? 8, index),
    }));
    const tokens = countTokensIn(input);
    const usage = { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens };
    return json({ id: `embd-${number}`, object: "list", model, data, usage });
  },
};

interface EmbeddingRequest {
  readonly model?: string;
  readonly input: string | readonly string[];
  readonly output_dimension?: number;
}
