import { json, typedEvents, type Answer, type Exchange, type Routes } from "../exchange.ts";
import { answerOf, countTokensIn, DEFAULT_ANSWER_TOKENS, tokensOf } from "../language.ts";

/** What a conversation's connectors cost on top, when it has any tool. */
export const CONNECTOR_TOKENS = 25;

/** Conversations: each answer states its own usage, connectors on top. */
export const conversationRoutes: Routes = {
  "POST /conversations": (exchange) => answer(exchange, `conv_${exchange.number}`),
  "POST /conversations/:id": (exchange) => answer(exchange, exchange.parameters["id"]!),
  "POST /conversations/:id/restart": (exchange) => answer(exchange, `conv_${exchange.number}`),
  "GET /conversations/:id/history": ({ parameters }) =>
    json({ object: "conversation.history", conversation_id: parameters["id"], entries: [] }),
};

interface ConversationRequest {
  readonly inputs?: string | readonly { readonly content?: unknown }[];
  readonly model?: string;
  readonly tools?: readonly unknown[];
  readonly stream?: boolean;
  readonly completion_args?: { readonly max_tokens?: number };
}

const CREATED_AT = "2026-01-01T00:00:00Z";

function answer({ number, body }: Exchange, conversation: string): Answer {
  const request = body as ConversationRequest;
  const length = request.completion_args?.max_tokens ?? DEFAULT_ANSWER_TOKENS;
  const text = answerOf(length);
  const prompt = countTokensIn(
    typeof request.inputs === "string" ? request.inputs : request.inputs?.map(({ content }) => content),
  );
  const connectors = request.tools?.length ? CONNECTOR_TOKENS : 0;
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: length,
    total_tokens: prompt + length + connectors,
    ...(connectors > 0 && { connector_tokens: connectors, connectors: { web_search: 1 } }),
  };
  const message = { id: `msg_${number}`, role: "assistant", model: request.model ?? "mistral-medium-latest" };
  if (!request.stream) {
    const entry = { ...message, object: "entry", type: "message.output", created_at: CREATED_AT, content: text };
    return json({ object: "conversation.response", conversation_id: conversation, outputs: [entry], usage });
  }
  const deltas = tokensOf(text).map((content) => ({
    type: "message.output.delta",
    created_at: CREATED_AT,
    output_index: 0,
    content_index: 0,
    ...message,
    content,
  }));
  return typedEvents([
    { type: "conversation.response.started", created_at: CREATED_AT, conversation_id: conversation },
    ...deltas,
    { type: "conversation.response.done", created_at: CREATED_AT, usage },
  ]);
}
