import { dataEvents, json, Refusal, type Answer, type Exchange, type Routes } from "../exchange.ts";
import { answerOf, cachedTokensOf, countTokens, countTokensIn, exampleOf, NOW_SECONDS, tokensOf } from "../language.ts";

/** Chat, fill-in-the-middle and agents: counted as OpenAI's chat is; a stream states its usage on its last chunk. */
export const chatRoutes: Routes = {
  "POST /chat/completions": (exchange) => complete(exchange, (exchange.body as ChatRequest).model),
  "POST /fim/completions": (exchange) => complete(exchange, (exchange.body as ChatRequest).model),
  "POST /agents/completions": (exchange) => complete(exchange, "mistral-medium-latest"),
};

interface ChatRequest {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
  readonly prompt?: string;
  readonly suffix?: string | null;
  readonly n?: number | null;
  readonly stream?: boolean;
  readonly max_tokens?: number | null;
  readonly prompt_cache_key?: string | null;
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters: object } }[] | null;
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: object } };
}

interface Message {
  readonly role: "assistant";
  readonly content: string;
  readonly tool_calls: readonly ToolCall[] | null;
}

interface ToolCall {
  readonly id: string;
  readonly index: number;
  readonly function: { readonly name: string; readonly arguments: string };
}

function complete({ number, body }: Exchange, model: string | undefined): Answer {
  if (!model) throw new Refusal(422, "model: Field required");
  const request = body as ChatRequest;
  const messages = Array.from({ length: request.n ?? 1 }, () => messageFor(request, number));
  const common = { id: `cmpl-${number}`, created: NOW_SECONDS, model };
  const usage = usageOf(request, messages);
  if (request.stream) return streamed(common, messages, usage);
  const choices = messages.map((message, index) => ({ index, message, finish_reason: finishReasonOf(message) }));
  return json({ ...common, object: "chat.completion", choices, usage });
}

function messageFor(request: ChatRequest, number: number): Message {
  const tool = request.tools?.[0];
  if (tool && request.messages?.at(-1)?.role !== "tool") {
    const call = { name: tool.function.name, arguments: JSON.stringify(exampleOf(tool.function.parameters)) };
    return { role: "assistant", content: "", tool_calls: [{ id: `call${number}`, index: 0, function: call }] };
  }
  const schema = request.response_format?.json_schema?.schema;
  const content = schema ? JSON.stringify(exampleOf(schema)) : answerOf(request.max_tokens ?? undefined);
  return { role: "assistant", content, tool_calls: null };
}

function usageOf(request: ChatRequest, messages: readonly Message[]) {
  const prompt =
    countTokensIn(request.messages?.map(({ content }) => content)) + countTokensIn([request.prompt, request.suffix]);
  const completion = messages.reduce(
    (sum, { content, tool_calls: calls }) => sum + countTokens(calls?.[0]?.function.arguments ?? content),
    0,
  );
  const cached = cachedTokensOf(prompt, request.prompt_cache_key);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(cached > 0 && { prompt_tokens_details: { cached_tokens: cached }, num_cached_tokens: cached }),
  };
}

const finishReasonOf = ({ tool_calls: calls }: Message) => (calls ? "tool_calls" : "stop");

function streamed(common: object, messages: readonly Message[], usage: object): Answer {
  const chunk = (index: number, delta: object, finishReason: string | null) => ({
    ...common,
    object: "chat.completion.chunk",
    choices: [{ index, delta, finish_reason: finishReason }],
  });
  const deltas = messages.flatMap(({ role, content }, index) => [
    chunk(index, { role, content: "" }, null),
    ...tokensOf(content).map((token) => chunk(index, { content: token }, null)),
  ]);
  const ends = messages.map((message, index) => {
    const calls = message.tool_calls && { tool_calls: message.tool_calls };
    const end = chunk(index, { content: "", ...calls }, finishReasonOf(message));
    return index === messages.length - 1 ? { ...end, usage } : end;
  });
  return dataEvents([...deltas, ...ends]);
}
