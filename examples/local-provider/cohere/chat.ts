import { json, jsonLines, type Exchange, type Routes, type TypedEvent } from "../exchange.ts";
import { answerOf, countTokens, countTokensIn, exampleOf, tokensOf } from "../language.ts";

interface ChatRequest {
  readonly model?: string;
  readonly message?: string;
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
  readonly chat_history?: readonly unknown[];
  readonly tools?: readonly { readonly function?: { readonly name: string; readonly parameters?: object } }[];
  readonly max_tokens?: number;
  readonly stream?: boolean;
}

/** What Cohere puts before every prompt, and after every answer: counted, but not billed. */
const OWN_INPUT_TOKENS = 60;
const OWN_OUTPUT_TOKENS = 1;

/** Chat in both versions. An answer has `max_tokens` tokens, 12 by default. */
export const chatRoutes: Routes = {
  "POST /v2/chat": (exchange) => {
    const request = exchange.body as ChatRequest;
    const id = `chat-${exchange.number}`;
    const call = callOf(request);
    const text = call === undefined ? answerOf(request.max_tokens) : call.function.arguments;
    const usage = usageOf(countTokensIn(request.messages?.map(({ content }) => content)), text);
    const finish_reason = call ? "TOOL_CALL" : "COMPLETE";
    if (!request.stream) {
      const message = { role: "assistant", ...(call ? { tool_calls: [call] } : { content: [{ type: "text", text }] }) };
      return json({ id, finish_reason, message, usage });
    }
    const events: TypedEvent[] = [
      { id, type: "message-start", delta: { message: { role: "assistant", content: [], tool_calls: [] } } },
      ...(call ? callEvents(call) : textEvents(text)),
      { type: "message-end", delta: { finish_reason, usage } },
    ];
    return { kind: "events", events: events.map((data) => ({ event: data.type, data })), endsWithDone: true };
  },
  "POST /v1/chat": (exchange) => {
    const request = exchange.body as ChatRequest;
    const answer = firstVersionAnswer(request, exchange);
    if (!request.stream) return json(answer);
    return jsonLines([
      { is_finished: false, event_type: "stream-start", generation_id: answer.generation_id },
      ...tokensOf(answer.text).map((text) => ({ is_finished: false, event_type: "text-generation", text })),
      { is_finished: true, event_type: "stream-end", response: answer, finish_reason: "COMPLETE" },
    ]);
  },
};

function callOf({ tools, messages }: ChatRequest) {
  const tool = tools?.[0]?.function;
  if (!tool || messages?.at(-1)?.role === "tool") return undefined;
  const text = JSON.stringify(exampleOf(tool.parameters));
  return { id: "call_1", type: "function", function: { name: tool.name, arguments: text } };
}

const textEvents = (text: string): TypedEvent[] => [
  { type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } },
  ...tokensOf(text).map((token) => ({
    type: "content-delta",
    index: 0,
    delta: { message: { content: { text: token } } },
  })),
  { type: "content-end", index: 0 },
];

const callEvents = (call: NonNullable<ReturnType<typeof callOf>>): TypedEvent[] => [
  {
    type: "tool-call-start",
    index: 0,
    delta: { message: { tool_calls: { ...call, function: { ...call.function, arguments: "" } } } },
  },
  ...tokensOf(call.function.arguments).map((token) => ({
    type: "tool-call-delta",
    index: 0,
    delta: { message: { tool_calls: { function: { arguments: token } } } },
  })),
  { type: "tool-call-end", index: 0 },
];

function firstVersionAnswer({ message, chat_history: history, max_tokens: limit }: ChatRequest, { number }: Exchange) {
  const text = answerOf(limit);
  const { billed_units, tokens } = usageOf(countTokensIn([message, history]), text);
  return {
    response_id: `response-${number}`,
    generation_id: `generation-${number}`,
    text,
    chat_history: [
      { role: "USER", message },
      { role: "CHATBOT", message: text },
    ],
    finish_reason: "COMPLETE",
    meta: { api_version: { version: "1" }, billed_units, tokens, cached_tokens: 0 },
  };
}

function usageOf(inputTokens: number, text: string) {
  const outputTokens = countTokens(text);
  return {
    billed_units: { input_tokens: inputTokens, output_tokens: outputTokens },
    tokens: { input_tokens: inputTokens + OWN_INPUT_TOKENS, output_tokens: outputTokens + OWN_OUTPUT_TOKENS },
    cached_tokens: 0,
  };
}
