import type OpenAI from "openai";

import { dataEvents, json, Refusal, type Answer, type Exchange, type Routes } from "../exchange.ts";
import {
  answerOf,
  cachedTokensOf,
  countTokens,
  countTokensIn,
  exampleOf,
  NOW_SECONDS,
  reasoningTokensFor,
  tokensOf,
} from "../language.ts";

/**
 * Chat completions. The prompt is the tokens of all texts in `messages`; an answer has `max_completion_tokens` or
 * `max_tokens` visible tokens, 12 by default; the rest of the arithmetic stands in `language.ts`.
 */
export const chatRoutes: Routes = {
  "POST /chat/completions": (exchange) => {
    const request = exchange.body as OpenAI.ChatCompletionCreateParams;
    const model = exchange.deployment ?? request.model;
    if (!model) throw new Refusal(400, "you must provide a model parameter");
    const messages = Array.from({ length: request.n ?? 1 }, () => messageFor(request, exchange.number));
    const common = {
      id: `chatcmpl-${exchange.number}`,
      created: NOW_SECONDS,
      model,
      service_tier: "default" as const,
      system_fingerprint: "fp_local",
    };
    const usage = usageOf(request, messages);
    return request.stream ? streamed(request, exchange, common, messages, usage) : whole(common, messages, usage);
  },
  "GET /chat/completions/:id": (exchange) => {
    const message: Message = { role: "assistant", content: answerOf(), refusal: null };
    const common = { id: exchange.parameters["id"]!, created: NOW_SECONDS, model: "gpt-4o-mini" };
    return whole(common, [message], usageOf({ model: common.model, messages: [] }, [message]));
  },
  "GET /chat/completions": () => json({ object: "list", data: [], has_more: false, first_id: null, last_id: null }),
};

type Message = OpenAI.ChatCompletionMessage;
type Common = Pick<OpenAI.ChatCompletion, "id" | "created" | "model">;

function messageFor(request: OpenAI.ChatCompletionCreateParams, number: number): Message {
  const tool = request.tools?.[0];
  const answered = request.messages.at(-1)?.role === "tool";
  if (tool?.type === "function" && !answered && request.tool_choice !== "none") {
    const call: OpenAI.ChatCompletionMessageToolCall = {
      id: `call_${number}`,
      type: "function",
      function: { name: tool.function.name, arguments: JSON.stringify(exampleOf(tool.function.parameters)) },
    };
    return { role: "assistant", content: null, refusal: null, tool_calls: [call] };
  }
  return { role: "assistant", content: contentFor(request), refusal: null };
}

function contentFor(request: OpenAI.ChatCompletionCreateParams): string {
  const { response_format: format, max_completion_tokens: limit } = request;
  if (format?.type === "json_schema") return JSON.stringify(exampleOf(format.json_schema.schema));
  return answerOf(limit ?? (request as { max_tokens?: number }).max_tokens);
}

function usageOf(request: OpenAI.ChatCompletionCreateParams, messages: readonly Message[]): OpenAI.CompletionUsage {
  const prompt = countTokensIn(request.messages.map(({ content }) => content));
  const reasoning = reasoningTokensFor(request.reasoning_effort);
  const visible = messages.reduce((sum, message) => sum + countTokens(spoken(message)), 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: visible + reasoning,
    total_tokens: prompt + visible + reasoning,
    prompt_tokens_details: { cached_tokens: cachedTokensOf(prompt, request.prompt_cache_key), audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** What the model wrote: the text, or the arguments of a call. */
const spoken = ({ content, tool_calls: calls }: Message): string =>
  content ?? (calls ?? []).map((call) => (call.type === "function" ? call.function.arguments : "")).join(" ");

const finishReasonOf = ({ tool_calls: calls }: Message) => (calls ? ("tool_calls" as const) : ("stop" as const));

function whole(common: Common, messages: readonly Message[], usage: OpenAI.CompletionUsage): Answer {
  const choices = messages.map((message, index) => ({
    index,
    message,
    logprobs: null,
    finish_reason: finishReasonOf(message),
  }));
  return json({ ...common, object: "chat.completion", choices, usage } satisfies OpenAI.ChatCompletion);
}

function streamed(
  request: OpenAI.ChatCompletionCreateParams,
  { deployment }: Exchange,
  common: Common,
  messages: readonly Message[],
  usage: OpenAI.CompletionUsage,
): Answer {
  const withUsage = request.stream_options?.include_usage === true;
  const chunk = (choices: OpenAI.ChatCompletionChunk.Choice[]): OpenAI.ChatCompletionChunk => ({
    ...common,
    object: "chat.completion.chunk",
    choices,
    ...(withUsage && { usage: null }),
  });
  const deltas = messages.flatMap((message, index) =>
    deltasOf(message).map((delta) => chunk([{ index, delta, logprobs: null, finish_reason: null }])),
  );
  const ends = messages.map((message, index) =>
    chunk([{ index, delta: {}, logprobs: null, finish_reason: finishReasonOf(message) }]),
  );
  // Azure begins with a chunk about its content filter, which has no choice either.
  const opening = deployment === undefined ? [] : [{ ...chunk([]), prompt_filter_results: [] }];
  const closing = withUsage ? [{ ...chunk([]), usage }] : [];
  return dataEvents([...opening, ...deltas, ...ends, ...closing]);
}

function deltasOf({ content, tool_calls: calls }: Message): OpenAI.ChatCompletionChunk.Choice.Delta[] {
  const opening = { role: "assistant" as const, content: calls ? null : "", refusal: null };
  const words = tokensOf(content ?? "").map((token) => ({ content: token }));
  const callDeltas = (calls ?? []).flatMap((call, index) => {
    if (call.type !== "function") return [];
    const { name, arguments: text } = call.function;
    return [
      { tool_calls: [{ index, id: call.id, type: call.type, function: { name, arguments: "" } }] },
      ...tokensOf(text).map((token) => ({ tool_calls: [{ index, function: { arguments: token } }] })),
    ];
  });
  return [opening, ...words, ...callDeltas];
}
