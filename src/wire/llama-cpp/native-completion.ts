import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { timingsUsage } from "../openai/llama-cpp-timings.ts";
import { textLength } from "../text-length.ts";

/**
 * llama.cpp's own text completion. `tokens_evaluated` is the whole prompt, what was still in the cache among it; the
 * timings say how much of it was read afresh.
 *
 * @see https://github.com/ggml-org/llama.cpp/tree/master/tools/server
 */
export const nativeCompletion = dialect({
  usageKey: "timings",
  alsoReads: /"tokens_evaluated"/,
  usage: timingsUsage,
  says(object) {
    const rawUsage = objectAt(object, "timings");
    const usage = nativeUsage(object, rawUsage);
    return {
      model: stringAt(object, "model") || undefined,
      ...(usage && { usage, rawUsage: { ...rawUsage, tokens_evaluated: object["tokens_evaluated"] } }),
      isError: saysError(object),
    };
  },
  stream: {
    isTerminal: ({ object }) => object?.["stop"] === true,
    outputCharacters: (data) => textLength([stringAt(data, "content")]),
  },
});

function nativeUsage(object: JsonObject, timings: JsonObject | undefined): Usage | undefined {
  const prompt = countAt(object, "tokens_evaluated");
  const { inputTokens, cacheReadTokens, outputTokens } = (timings && timingsUsage(timings)) ?? {};
  const usage = statedUsage({
    inputTokens: inputTokens ?? prompt,
    cacheReadTokens: cacheReadTokens ?? (inputTokens === undefined ? undefined : cachedOf(prompt, inputTokens)),
    // Events before the last one count what has been generated so far.
    outputTokens: outputTokens ?? (object["stop"] === true ? countAt(object, "tokens_predicted") : undefined),
  });
  return object["stop"] === false || Object.keys(usage).length === 0 ? undefined : usage;
}

/** The rest of a prompt of which a part was read afresh. */
function cachedOf(prompt: number | undefined, fresh: number): number | undefined {
  const cached = without(prompt, fresh);
  return cached === prompt ? undefined : cached;
}
