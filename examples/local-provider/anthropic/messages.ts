import { json, Refusal, typedEvents, type Answer, type Exchange, type Routes, type TypedEvent } from "../exchange.ts";
import { answerOf, countTokensIn, exampleOf, reasoningTokensFor, tokensOf } from "../language.ts";

/** Messages: plain, streamed, with tools, thinking and a prompt cache; and the counting of a prompt's tokens. */
export const messageRoutes: Routes = {
  "POST /messages": (exchange) => create(exchange),
  "POST /messages/count_tokens": ({ body }) => json({ input_tokens: inputTokensOf(body as MessageRequest) }),
};

export interface MessageRequest {
  readonly model?: string;
  readonly max_tokens?: number;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly system?: unknown;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string; readonly input_schema?: object }[];
  readonly thinking?: { readonly type: string };
}

interface Block {
  readonly type: "text" | "thinking" | "tool_use";
  readonly [field: string]: unknown;
}

function create({ number, body }: Exchange): Answer {
  const request = body as MessageRequest;
  if (!request.model) throw new Refusal(400, "model: Field required");
  if (!request.max_tokens) throw new Refusal(400, "max_tokens: Field required");
  const message = messageFor(request, number);
  return request.stream ? typedEvents(eventsOf(message)) : json(message);
}

type Message = ReturnType<typeof messageFor>;

/** The answer to a request. */
export function messageFor(request: MessageRequest, number: number) {
  const tool = endsWithToolResult(request) ? undefined : request.tools?.find((candidate) => candidate.input_schema);
  const words = answerOf(Math.min(request.max_tokens ?? Infinity, 12));
  const answer: Block = tool
    ? { type: "tool_use", id: `toolu_${number}`, name: tool.name, input: exampleOf(tool.input_schema) }
    : { type: "text", text: words };
  const thinkingTokens = request.thinking?.type === "enabled" ? reasoningTokensFor("low") : 0;
  const thought: Block = { type: "thinking", thinking: answerOf(thinkingTokens), signature: "c2lnbmVk" };
  return {
    id: `msg_${number}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content: thinkingTokens > 0 ? [thought, answer] : [answer],
    stop_reason: tool ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: usageOf(request, countTokensIn(answer["text"] ?? answer["input"]), thinkingTokens),
  };
}

function endsWithToolResult({ messages = [] }: MessageRequest): boolean {
  const content = messages.at(-1)?.content;
  return Array.isArray(content) && content.some((part: { readonly type?: unknown }) => part.type === "tool_result");
}

const inputTokensOf = ({ system, messages }: MessageRequest): number =>
  countTokensIn(system) + countTokensIn(messages?.map(({ content }) => content));

/** What carries a `cache_control` is read from the cache, and its first half, rounded down, was written to it just now. */
function usageOf(request: MessageRequest, answerTokens: number, thinkingTokens: number) {
  const cached = countTokensIn(cachedParts([request.system, request.messages?.map(({ content }) => content)]));
  const written = Math.floor(cached / 2);
  return {
    input_tokens: inputTokensOf(request) - cached,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached - written,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens: answerTokens + thinkingTokens,
    ...(thinkingTokens > 0 && { output_tokens_details: { thinking_tokens: thinkingTokens } }),
    service_tier: "standard",
    inference_geo: "global",
  };
}

function cachedParts(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(cachedParts);
  return typeof value === "object" && value !== null && "cache_control" in value
    ? [{ ...value, cache_control: undefined }]
    : [];
}

function eventsOf(message: Message): TypedEvent[] {
  const { content, stop_reason, stop_sequence, usage } = message;
  const begun = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return [
    { type: "message_start", message: begun },
    { type: "ping" },
    ...content.flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence },
      usage: { ...usage, cache_creation: undefined, service_tier: undefined, inference_geo: undefined },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(block: Block, index: number): TypedEvent[] {
  return [
    { type: "content_block_start", index, content_block: emptied(block) },
    ...deltasOf(block).map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

const emptied = (block: Block): Block => ({
  ...block,
  ...(block.type === "text" && { text: "" }),
  ...(block.type === "thinking" && { thinking: "", signature: "" }),
  ...(block.type === "tool_use" && { input: {} }),
});

function deltasOf(block: Block): object[] {
  const pieces = (text: unknown, type: string, key: string) =>
    tokensOf(text as string).map((piece) => ({ type, [key]: piece }));
  if (block.type === "text") return pieces(block["text"], "text_delta", "text");
  if (block.type === "tool_use") return pieces(JSON.stringify(block["input"]), "input_json_delta", "partial_json");
  return [
    ...pieces(block["thinking"], "thinking_delta", "thinking"),
    { type: "signature_delta", signature: block["signature"] },
  ];
}
