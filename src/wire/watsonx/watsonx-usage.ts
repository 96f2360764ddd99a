import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../count.ts";
import type { JsonObject } from "../json.ts";

/**
 * watsonx's counts, which stand in the answer itself or in its results. Nothing is made of no input: in a stream 0 stands
 * for what an earlier event has stated.
 */
export function watsonxUsage(raw: JsonObject): Usage | undefined {
  const usage = statedUsage({
    inputTokens: countAt(raw, "input_token_count") || undefined,
    outputTokens: countAt(raw, "generated_token_count"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** What is stated of one answer, without its text. */
export const countsOf = ({ input_token_count, generated_token_count }: JsonObject): JsonObject => ({
  ...(input_token_count !== undefined && { input_token_count }),
  ...(generated_token_count !== undefined && { generated_token_count }),
});
