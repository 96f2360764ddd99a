import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { dialect } from "../dialect.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { jobStatement } from "./job-statement.ts";

const TERMINAL = new Set(["response.completed", "response.failed", "response.incomplete", "response.cancelled"]);

/** OpenAI's Responses. Cached tokens are inside `input_tokens`, reasoning tokens inside `output_tokens`. */
export const responses = dialect({
  usage: inputOutputUsage,
  stateful: true,
  says: (object, asked) => jobStatement(object, { usage: inputOutputUsage }, asked),
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const type = stringAt(data, "type");
      if (type?.endsWith(".delta") !== true) return undefined;
      const length = stringAt(data, "delta")?.length ?? 0;
      return length > 0 ? length : undefined;
    },
  },
});

/** The usage shape of Responses, images and token-billed transcription. */
export function inputOutputUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "input_tokens");
  const output = countAt(raw, "output_tokens");
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = objectAt(raw, "input_tokens_details");
  const cacheRead = countAt(inputDetails, "cached_tokens");
  const cacheWrite = countAt(inputDetails, "cache_write_tokens");
  const reasoning = countAt(objectAt(raw, "output_tokens_details"), "reasoning_tokens");
  return statedUsage({
    inputTokens: without(input, cacheRead, cacheWrite),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: without(output, reasoning),
    reasoningTokens: reasoning,
  });
}
