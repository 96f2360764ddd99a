import type { Usage } from "../../model/usage.ts";
import { disjointUsage, nested, usageOf } from "../fields.ts";
import { detailedUsage } from "../kinds/langfuse.ts";
import type { Fields, Notation } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";
import { firstCount } from "./attribute-values.ts";
import type { Span } from "./span.ts";

/** The names that a count has had, newest first. */
const INPUT = [
  ...["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "llm.usage.prompt_tokens"],
  "gen_ai.response.prompt_tokens",
  ...["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"],
];
const OUTPUT = [
  ...["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"],
  "gen_ai.response.completion_tokens",
  ...["llm.usage.completion_tokens", "ai.usage.outputTokens", "ai.usage.completionTokens"],
];
const CACHE_READ = [
  ...["cache_read.input_tokens", "cache_read_input_tokens", "input_cached_tokens", "cache_read_tokens"],
  ...["cached_tokens", "details.cache_read_tokens", "details.cached_tokens", "prompt_tokens_details.cached_tokens"],
  ...["input_tokens_details.cached_tokens", "cached_content_token_count", "details.cache_read_input_tokens"],
].map((name) => `gen_ai.usage.${name}`);
const CACHE_READ_ELSEWHERE = [
  ...["llm.token_count.prompt_details.cache_read", "llm.usage.cache_read_input_tokens", "ai.usage.cachedInputTokens"],
  ...["ai.usage.inputTokenDetails.cacheReadTokens"],
];
const CACHE_WRITE = [
  ...["cache_creation.input_tokens", "cache_write.input_tokens", "cache_creation_input_tokens", "cache_write_tokens"],
  ...["cache_write_input_tokens", "details.cache_write_tokens", "details.cache_creation_input_tokens"],
].map((name) => `gen_ai.usage.${name}`);
const CACHE_WRITE_ELSEWHERE = [
  ...["llm.token_count.prompt_details.cache_write", "llm.usage.cache_creation_input_tokens"],
  ...["ai.usage.inputTokenDetails.cacheWriteTokens"],
];
const REASONING = [
  ...["reasoning.output_tokens", "reasoning_tokens", "details.reasoning_tokens", "thoughts_token_count"],
  ...["completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens"],
].map((name) => `gen_ai.usage.${name}`);
const REASONING_ELSEWHERE = [
  ...["llm.token_count.completion_details.reasoning", "llm.usage.reasoning_tokens", "ai.usage.reasoningTokens"],
  ...["ai.usage.outputTokenDetails.reasoningTokens"],
];

const TOTAL = ["gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens"];

/** The usage that a span states, as disjoint classes; undefined where it states none, or zeros alone. */
export function usageOfSpan({ attributes, name }: Span, notation: Notation): Usage | undefined {
  const usage =
    "langfuse.observation.usage_details" in attributes
      ? detailedUsage(nested(attributes, "langfuse.observation.usage_details"), notation)
      : "mlflow.chat.tokenUsage" in attributes
        ? providerUsage(nested(attributes, "mlflow.chat.tokenUsage"), notation)
        : name === "claude_code.llm_request"
          ? claudeCodeUsage(attributes, notation)
          : attributedUsage(attributes, notation);
  return Object.values(usage ?? {}).some((amount) => amount > 0) ? usage : undefined;
}

function attributedUsage(attributes: Fields, notation: Notation): Usage | undefined {
  const first = (...names: readonly string[][]): number | undefined => firstCount(attributes, names.flat(), notation);
  // What an instrumentation keeps of the provider's own usage knows details that its attributes leave out.
  const quoted = [
    ...["metadata.usage_object", "gen_ai.usage.raw"].map((name) => nested(attributes, name)),
    nested(nested(attributes, "gcp.vertex.agent.llm_response"), "usage_metadata"),
  ];
  const details = providerUsage(quoted.find((each) => Object.keys(each).length > 0) ?? {}, notation);
  const [input, output] = [first(INPUT), first(OUTPUT)];
  if (input === undefined && output === undefined) return details;
  return disjointUsage({
    input,
    cacheRead: first(CACHE_READ, CACHE_READ_ELSEWHERE) ?? details?.cacheReadTokens,
    cacheWrite: first(CACHE_WRITE, CACHE_WRITE_ELSEWHERE) ?? details?.cacheWriteTokens,
    output,
    reasoning: first(REASONING, REASONING_ELSEWHERE) ?? details?.reasoningTokens,
    total: first(TOTAL),
  });
}

/** Claude Code's spans name Anthropic's four classes, which stand beside each other. */
const claudeCodeUsage = (attributes: Fields, notation: Notation): Usage | undefined =>
  usageOf({
    inputTokens: firstCount(attributes, ["input_tokens"], notation),
    cacheReadTokens: firstCount(attributes, ["cache_read_tokens"], notation),
    cacheWriteTokens: firstCount(attributes, ["cache_creation_tokens"], notation),
    outputTokens: firstCount(attributes, ["output_tokens"], notation),
  });
