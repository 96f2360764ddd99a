import type OpenAI from "openai";

import { json, Refusal, type Routes } from "../exchange.ts";
import { countTokensIn, vectorOf } from "../language.ts";

/** Embeddings of 8 dimensions unless `dimensions` says otherwise, as base64 where the SDK asks for that. */
export const embeddingRoutes: Routes = {
  "POST /embeddings": (exchange) => {
    const request = exchange.body as OpenAI.EmbeddingCreateParams;
    const model = exchange.deployment ?? request.model;
    if (!model) throw new Refusal(400, "you must provide a model parameter");
    const inputs = Array.isArray(request.input) ? request.input : [request.input];
    const data = inputs.map((_, index) => {
      const vector = vectorOf(request.dimensions ?? 8, index);
      const embedding = request.encoding_format === "base64" ? base64Of(vector) : vector;
      return { object: "embedding", index, embedding };
    });
    const tokens = countTokensIn(inputs);
    return json({ object: "list", model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
  },
};

const base64Of = (vector: readonly number[]): string => Buffer.from(new Float32Array(vector).buffer).toString("base64");
