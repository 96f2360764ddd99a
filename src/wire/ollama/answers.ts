import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../count.ts";
import { dialect, type Dialect, type EndMarker } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { jsonLines } from "../json-lines.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";

/** The counts in an answer; there is no usage object. */
const COUNTS = ["prompt_eval_count", "eval_count", "prompt_eval_duration", "eval_duration"] as const;

/**
 * The line that ends a stream: Ollama's SDK neither reads on nor cancels after it. Behind `"done":true` stand flat
 * fields only, which tells it from a tool call with such an argument; the numbers of a long `context` may stand in
 * between, so that its other counts tell it, too.
 */
const LAST_LINE: EndMarker = {
  lastByte: 0x7d,
  bytes: 512,
  pattern:
    /"(?:done"\s*:\s*true|(?:total|load|eval)_duration"\s*:\s*\d+|eval_count"\s*:\s*\d+)(?:[^{}[\]]|\[[\d,\s]*\])*\}\s*$/,
};

/**
 * Ollama's chat and text completion. `prompt_eval_count` is missing where the whole prompt was still in the cache.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export const answers: Dialect = dialect({
  usageKey: "usage",
  usage: countedUsage,
  says: (object) => ({ ...countsOf(object), isError: saysError(object) }),
  stream: {
    framing: jsonLines,
    endMarker: LAST_LINE,
    isTerminal: ({ object }) => object?.["done"] === true || stringAt(object, "error") !== undefined,
    outputCharacters(data) {
      const message = objectAt(data, "message");
      return textLength([
        stringAt(data, "response"),
        stringAt(data, "thinking"),
        stringAt(message, "content"),
        stringAt(message, "thinking"),
        ...listAt(message, "tool_calls").map((call) =>
          JSON.stringify(objectAt(objectAt(call, "function"), "arguments") ?? {}),
        ),
      ]);
    },
  },
});

/** Ollama's embeddings, which the older of two paths answers without any count. */
export const embeddings: Dialect = dialect({
  usage: countedUsage,
  says: (object) => ({ ...countsOf(object), isError: saysError(object) }),
});

function countsOf(object: JsonObject) {
  const rawUsage = Object.fromEntries(COUNTS.flatMap((name) => (name in object ? [[name, object[name]]] : [])));
  const usage = countedUsage(rawUsage);
  return {
    model: stringAt(object, "model") || undefined,
    ...(usage && { usage, rawUsage }),
    // An image model, which is asked to generate as well.
    ...(object["done"] === true && stringAt(object, "image") && { adds: { images: 1 } }),
  };
}

function countedUsage(raw: JsonObject): Usage | undefined {
  const usage = statedUsage({
    inputTokens: countAt(raw, "prompt_eval_count"),
    outputTokens: countAt(raw, "eval_count"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
