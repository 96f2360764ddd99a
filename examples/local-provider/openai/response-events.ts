import type { ResponseOutputItem } from "openai/resources/responses/responses";

import type { TypedEvent } from "../exchange.ts";
import { tokensOf } from "../language.ts";
import type { WireResponse } from "./responses.ts";

/** The events of a streamed Response, from `response.created` to `response.completed`, numbered. */
export function responseEvents(response: WireResponse, begun: object): TypedEvent[] {
  const events = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...response.output.flatMap((item, index) => itemEvents(item, index)),
    { type: "response.completed", response },
  ];
  return events.map((event, sequence) => ({ ...event, sequence_number: sequence }));
}

function itemEvents(item: ResponseOutputItem, outputIndex: number): TypedEvent[] {
  const place = { item_id: item.id, output_index: outputIndex };
  const added = (empty: object) => ({
    type: "response.output_item.added",
    output_index: outputIndex,
    item: { ...item, status: "in_progress", ...empty },
  });
  const done = { type: "response.output_item.done", output_index: outputIndex, item };
  if (item.type === "function_call") {
    const deltas = tokensOf(item.arguments).map((delta) => ({
      type: "response.function_call_arguments.delta",
      ...place,
      delta,
    }));
    const end = { type: "response.function_call_arguments.done", ...place, name: item.name, arguments: item.arguments };
    return [added({ arguments: "" }), ...deltas, end, done];
  }
  if (item.type !== "message") return [added({}), done];
  const parts = item.content.flatMap((part, contentIndex) => {
    if (part.type !== "output_text") return [];
    const at = { ...place, content_index: contentIndex };
    return [
      { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
      ...tokensOf(part.text).map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
      { type: "response.output_text.done", ...at, text: part.text, logprobs: [] },
      { type: "response.content_part.done", ...at, part },
    ];
  });
  return [added({ content: [] }), ...parts, done];
}
