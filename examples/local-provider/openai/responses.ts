import type {
  Response,
  ResponseCreateParams,
  ResponseOutputItem,
  ResponseUsage,
} from "openai/resources/responses/responses";

import { json, Refusal, typedEvents, type Answer, type Routes } from "../exchange.ts";
import {
  answerOf,
  cachedTokensOf,
  countTokens,
  countTokensIn,
  exampleOf,
  NOW_SECONDS,
  reasoningTokensFor,
} from "../language.ts";
import { responseEvents } from "./response-events.ts";

/**
 * The Responses API. Usage as in chat, with `input`, `instructions` and `max_output_tokens`. One in the background is
 * queued, in progress at the first GET, completed from the second on.
 */
export function responseRoutes(): Routes {
  const stored = new Map<string, Stored>();
  const lookUp = (id: string): Stored => {
    const found = stored.get(id);
    if (!found) throw new Refusal(404, `Response with id '${id}' not found.`);
    return found;
  };
  return {
    "POST /responses": (exchange) => {
      const request = exchange.body as ResponseCreateParams;
      const model = exchange.deployment ?? request.model;
      if (!model) throw new Refusal(400, "you must provide a model parameter");
      const response = completedResponse(request, model, exchange.number);
      stored.set(response.id, { response, polls: 0, cancelled: false });
      if (request.stream) return streamed(response);
      return json(request.background ? pending(response, "queued") : response);
    },
    "GET /responses/:id": ({ parameters, query }) => {
      const found = lookUp(parameters["id"]!);
      if (query.get("stream") === "true") return streamed(found.response);
      if (found.cancelled) return json(pending(found.response, "cancelled"));
      found.polls += 1;
      const done = found.response.background !== true || found.polls > 1;
      return json(done ? found.response : pending(found.response, "in_progress"));
    },
    "POST /responses/:id/cancel": ({ parameters }) => {
      const found = lookUp(parameters["id"]!);
      found.cancelled = true;
      return json(pending(found.response, "cancelled"));
    },
    "POST /responses/compact": (exchange) => {
      const request = exchange.body as ResponseCreateParams;
      const { id, output, usage } = completedResponse(request, request.model ?? "gpt-5-mini", exchange.number);
      return json({ id, object: "response.compaction", created_at: NOW_SECONDS, output, usage });
    },
    "POST /responses/input_tokens": ({ body }) =>
      json({ object: "response.input_tokens", input_tokens: inputTokensOf(body as ResponseCreateParams) }),
    "DELETE /responses/:id": ({ parameters }) => {
      stored.delete(parameters["id"]!);
      return json({ id: parameters["id"], object: "response", deleted: true });
    },
  };
}

/** `output_text` is added by the SDK. */
export type WireResponse = Omit<Response, "output_text" | "access_programs">;

interface Stored {
  readonly response: WireResponse;
  polls: number;
  cancelled: boolean;
}

const pending = (response: WireResponse, status: "queued" | "in_progress" | "cancelled") => ({
  ...response,
  status,
  output: [],
  usage: null,
});

const streamed = (response: WireResponse): Answer =>
  typedEvents(responseEvents(response, pending(response, "in_progress")));

function completedResponse(request: ResponseCreateParams, model: string, number: number): WireResponse {
  const { text, item } = outputFor(request, number);
  return {
    id: `resp_${number}`,
    object: "response",
    created_at: NOW_SECONDS,
    status: "completed",
    background: request.background === true,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: {},
    model,
    output: [item],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: request.tools ?? [],
    top_p: 1,
    usage: usageOf(request, text),
  };
}

function outputFor(request: ResponseCreateParams, number: number): { text: string; item: ResponseOutputItem } {
  const tool = request.tools?.[0];
  const answered = Array.isArray(request.input) && request.input.at(-1)?.type === "function_call_output";
  if (tool?.type === "function" && !answered) {
    const text = JSON.stringify(exampleOf(tool.parameters ?? undefined));
    const call = { id: `fc_${number}`, call_id: `call_${number}`, name: tool.name, arguments: text };
    return { text, item: { ...call, type: "function_call", status: "completed" } };
  }
  const format = request.text?.format;
  const text =
    format?.type === "json_schema"
      ? JSON.stringify(exampleOf(format.schema))
      : answerOf(request.max_output_tokens ?? undefined);
  const content = [{ type: "output_text" as const, text, annotations: [], logprobs: [] }];
  return { text, item: { id: `msg_${number}`, type: "message", role: "assistant", status: "completed", content } };
}

const inputTokensOf = ({ input, instructions }: ResponseCreateParams): number =>
  countTokensIn(typeof input === "string" ? input : input?.map((item) => ("content" in item ? item.content : ""))) +
  countTokensIn(instructions);

function usageOf(request: ResponseCreateParams, text: string): ResponseUsage {
  const input = inputTokensOf(request);
  const reasoning = reasoningTokensFor(request.reasoning?.effort);
  const output = countTokens(text) + reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cachedTokensOf(input, request.prompt_cache_key), cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
