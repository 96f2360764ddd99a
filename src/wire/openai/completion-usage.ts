import type { Usage } from "../../model/usage.ts";
import { countAt, largest, secondsAt, statedUsage, sumKnown, without } from "../count.ts";
import { objectAt, type JsonObject } from "../json.ts";
import type { Asked } from "../reading.ts";
import { inputOutputUsage } from "./input-output-usage.ts";
import { timingsUsage } from "./llama-cpp-timings.ts";

/**
 * The usage of chat and text completions, of OpenAI and of all who speak like it. Cached tokens are inside
 * `prompt_tokens`, reasoning tokens inside `completion_tokens`, unless the total or the host's line in the table of
 * hosts says that they are beside.
 */
export function completionUsage(raw: JsonObject, asked: Asked = {}): Usage | undefined {
  const input = countAt(raw, "prompt_tokens");
  const output = countAt(raw, "completion_tokens");
  const audioSeconds = secondsAt(raw, "prompt_audio_seconds");
  if (input === undefined && output === undefined && audioSeconds === undefined) {
    // mlx-vlm and others use the names of Responses; llama.cpp has its timings.
    return inputOutputUsage(raw) ?? timingsUsage(raw);
  }
  return statedUsage({
    ...inputClasses(raw, input, output),
    ...outputClasses(raw, input, output, asked),
    audioSeconds,
  });
}

function inputClasses(raw: JsonObject, input: number | undefined, output: number | undefined): Usage {
  const details = objectAt(raw, "prompt_tokens_details");
  // OpenAI; Mistral; Moonshot; DeepSeek; LiteLLM in front of Anthropic. Where several are stated, all mean the same.
  const cacheRead = largest(
    countAt(details, "cached_tokens"),
    countAt(raw, "num_cached_tokens"),
    countAt(raw, "cached_tokens"),
    countAt(raw, "prompt_cache_hit_tokens"),
    countAt(raw, "cache_read_input_tokens"),
  );
  const cacheWrite = largest(
    countAt(details, "cache_write_tokens"),
    countAt(details, "cache_creation_tokens"),
    countAt(raw, "cache_creation_input_tokens"),
  );
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  // Some gateways pass on Anthropic's cache classes as they are: beside the input.
  const isBeside = cached > 0 && countAt(raw, "total_tokens") === (input ?? 0) + (output ?? 0) + cached;
  return statedUsage({
    // What Mistral's connectors (web search, code) and Perplexity's search read is input on top of the prompt.
    inputTokens: [
      isBeside ? input : without(input, cacheRead, cacheWrite),
      countAt(raw, "connector_tokens"),
      countAt(raw, "citation_tokens"),
    ].reduce(sumKnown),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  });
}

function outputClasses(
  raw: JsonObject,
  input: number | undefined,
  output: number | undefined,
  { model = "", usageHabits }: Asked,
): Usage {
  // Perplexity and SGLang state them at the top.
  const reasoning =
    countAt(objectAt(raw, "completion_tokens_details"), "reasoning_tokens") ?? countAt(raw, "reasoning_tokens");
  const place = usageHabits?.reasoning ?? (GEMINI.test(model) ? "only_in_total" : undefined);
  const beyond = (countAt(raw, "total_tokens") ?? 0) - (input ?? 0) - (output ?? 0);
  if (place === "only_in_total" && !reasoning && beyond > 0)
    return statedUsage({ outputTokens: output, reasoningTokens: beyond });
  const isBeside = place === "beside" || (reasoning !== 0 && reasoning === beyond);
  return statedUsage({
    outputTokens: isBeside ? output : without(output, reasoning),
    reasoningTokens: reasoning,
  });
}

/** Google's models state their thoughts in the total alone, whoever passes their usage on. */
const GEMINI = /(?:^|\/)gemini-/;
