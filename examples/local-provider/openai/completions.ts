import type OpenAI from "openai";

import { dataEvents, json, Refusal, type Routes } from "../exchange.ts";
import { answerOf, countTokens, countTokensIn, NOW_SECONDS, tokensOf } from "../language.ts";

/** The legacy completions: as chat, with `prompt` and `max_tokens`. */
export const completionRoutes: Routes = {
  "POST /completions": (exchange) => {
    const request = exchange.body as OpenAI.CompletionCreateParams;
    const model = exchange.deployment ?? request.model;
    if (!model) throw new Refusal(400, "you must provide a model parameter");
    const common = {
      id: `cmpl-${exchange.number}`,
      object: "text_completion" as const,
      created: NOW_SECONDS,
      model,
    };
    const text = answerOf(request.max_tokens ?? undefined);
    const prompt = countTokensIn(request.prompt);
    const usage: OpenAI.CompletionUsage = {
      prompt_tokens: prompt,
      completion_tokens: countTokens(text),
      total_tokens: prompt + countTokens(text),
    };
    const choice = { index: 0, logprobs: null, finish_reason: "stop" as const };
    if (!request.stream) return json({ ...common, choices: [{ ...choice, text }], usage } satisfies OpenAI.Completion);
    const pieces = tokensOf(text).map((token) => ({
      ...common,
      choices: [{ ...choice, text: token, finish_reason: null }],
    }));
    const end = { ...common, choices: [{ ...choice, text: "" }] };
    const closing = request.stream_options?.include_usage ? [{ ...common, choices: [], usage }] : [];
    return dataEvents([...pieces, end, ...closing]);
  },
};
