import type OpenAI from "openai";

import { json, type Routes } from "../exchange.ts";

/** Moderation: nothing is ever flagged, and there is no usage. */
export const moderationRoutes: Routes = {
  "POST /moderations": (exchange) => {
    const { model, input } = exchange.body as OpenAI.ModerationCreateParams;
    const results = (Array.isArray(input) ? input : [input]).map(() => ({
      flagged: false,
      categories: { hate: false, violence: false },
      category_scores: { hate: 0.001, violence: 0.002 },
      category_applied_input_types: { hate: ["text"], violence: ["text"] },
    }));
    return json({ id: `modr-${exchange.number}`, model: model ?? "omni-moderation-latest", results });
  },
};
