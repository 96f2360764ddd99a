import { dialect, usageStatement, type Dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { jsonLines } from "../json-lines.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";
import { cohereUsage } from "./cohere-usage.ts";

/** How an answer says that it failed. */
const FAILURES = new Set(["ERROR", "ERROR_TOXIC", "TIMEOUT"]);
const MAY_SAY_FAILURE = /"(?:ERROR|ERROR_TOXIC|TIMEOUT)"/;

/** Cohere's chat, second version: streamed as server-sent events, the last of which has the usage. */
export const chat = dialect({
  usage: cohereUsage,
  alsoReads: MAY_SAY_FAILURE,
  says(object) {
    const delta = objectAt(object, "delta");
    return {
      ...usageStatement(objectAt(object, "usage") ?? objectAt(delta, "usage"), { usage: cohereUsage }),
      isError: failed(object) || (delta !== undefined && failed(delta)),
    };
  },
  stream: {
    isTerminal: ({ type = "", data }) => type === "message-end" || data.startsWith("[DONE]"),
    outputCharacters(data) {
      const message = objectAt(objectAt(data, "delta"), "message");
      const content = objectAt(message, "content");
      return textLength([
        stringAt(content, "text"),
        stringAt(content, "thinking"),
        stringAt(message, "tool_plan"),
        stringAt(objectAt(objectAt(message, "tool_calls"), "function"), "arguments"),
      ]);
    },
  },
});

/** Cohere's first version: chat, text generation, summaries, classification; streamed as lines of JSON. */
export const firstVersion: Dialect = dialect({
  usageKey: "meta",
  usage: cohereUsage,
  alsoReads: MAY_SAY_FAILURE,
  says(object) {
    const answer = objectAt(object, "response") ?? object;
    return {
      ...usageStatement(objectAt(answer, "meta"), { usage: cohereUsage }),
      isError: failed(object) || failed(answer),
    };
  },
  stream: {
    framing: jsonLines,
    isTerminal: ({ object }) => object?.["event_type"] === "stream-end" || object?.["is_finished"] === true,
    outputCharacters: (data) =>
      data["event_type"] === "stream-end"
        ? undefined
        : textLength([
            stringAt(data, "text"),
            stringAt(objectAt(data, "tool_call_delta"), "text"),
            stringAt(objectAt(objectAt(data, "tool_call_delta"), "parameters"), "text"),
            ...listAt(data, "search_queries").map((query) => stringAt(query, "text")),
          ]),
  },
});

/** Embeddings, rerank, document parsing: answered whole, with their usage under `meta`. */
export const metaUsage = dialect({ usageKey: "meta", usage: cohereUsage });

const failed = (object: JsonObject): boolean =>
  saysError(object) || FAILURES.has(stringAt(object, "finish_reason") ?? "");
