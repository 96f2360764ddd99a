import type { Usage } from "../../model/usage.ts";
import { countOf, largest, secondsOf, statedUsage, sumKnown, without } from "../count.ts";
import { objectOf, type JsonObject } from "../json.ts";
import type { Asked } from "../reading.ts";
import { inputOutputUsage } from "./input-output-usage.ts";
import { timingsUsage } from "./llama-cpp-timings.ts";

/**
 * The usage of chat and text completions, of OpenAI and of all who speak like it. Cached tokens are inside
 * `prompt_tokens`, reasoning tokens inside `completion_tokens`, unless the total or the host's line in the table of
 * hosts says that they are beside.
 */
export function completionUsage(raw: JsonObject, asked: Asked = {}): Usage | undefined {
  const input = countOf(raw["prompt_tokens"]);
  const output = countOf(raw["completion_tokens"]);
  const audioSeconds = secondsOf(raw["prompt_audio_seconds"]);
  if (!input && !output && audioSeconds === undefined) {
    // mlx-vlm and others use the names of Responses, some beside zeros under the usual ones; llama.cpp has its timings.
    const otherwiseNamed = inputOutputUsage(raw) ?? timingsUsage(raw);
    if (otherwiseNamed ?? (input === undefined && output === undefined)) return otherwiseNamed;
  }
  return statedUsage({
    ...inputClasses(raw, input, output),
    ...outputClasses(raw, input, output, asked),
    audioSeconds,
  });
}

/** Classes that are undefined are not stated. */
type Classes = { readonly [Class in keyof Usage]: number | undefined };

function inputClasses(raw: JsonObject, input: number | undefined, output: number | undefined): Classes {
  const details = objectOf(raw["prompt_tokens_details"]);
  // OpenAI and Alibaba; Mistral; Moonshot; DeepSeek; LiteLLM in front of Anthropic. Where several are stated, all mean the same.
  const cacheRead = largest(
    countOf(details?.["cached_tokens"]),
    countOf(raw["num_cached_tokens"]),
    countOf(raw["cached_tokens"]),
    countOf(raw["prompt_cache_hit_tokens"]),
    countOf(raw["cache_read_input_tokens"]),
  );
  const cacheWrite = largest(
    countOf(details?.["cache_write_tokens"]),
    countOf(details?.["cache_creation_tokens"]),
    countOf(details?.["cache_creation_input_tokens"]),
    countOf(raw["cache_creation_input_tokens"]),
  );
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  // Some gateways pass on Anthropic's cache classes as they are: beside the input.
  const isBeside = cached > 0 && countOf(raw["total_tokens"]) === (input ?? 0) + (output ?? 0) + cached;
  // What Mistral's connectors (web search, code) and Perplexity's search read is input on top of the prompt.
  const beyond = sumKnown(countOf(raw["connector_tokens"]), countOf(raw["citation_tokens"]));
  return {
    inputTokens: sumKnown(isBeside ? input : without(input, cacheRead, cacheWrite), beyond),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
}

function outputClasses(
  raw: JsonObject,
  input: number | undefined,
  output: number | undefined,
  { model = "", usageHabits }: Asked,
): Classes {
  // Perplexity and SGLang state them at the top.
  const reasoning =
    countOf(objectOf(raw["completion_tokens_details"])?.["reasoning_tokens"]) ?? countOf(raw["reasoning_tokens"]);
  const place = usageHabits?.reasoning ?? (GEMINI.test(model) ? "only_in_total" : undefined);
  const beyond = (countOf(raw["total_tokens"]) ?? 0) - (input ?? 0) - (output ?? 0);
  if (place === "only_in_total" && !reasoning && beyond > 0) return { outputTokens: output, reasoningTokens: beyond };
  const isBeside = place === "beside" || (reasoning !== 0 && reasoning === beyond);
  return { outputTokens: isBeside ? output : without(output, reasoning), reasoningTokens: reasoning };
}

/** Google's models state their thoughts in the total alone, whoever passes their usage on. */
const GEMINI = /(?:^|\/)gemini-/;
