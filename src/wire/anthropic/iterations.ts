import { isObject, listAt, stringAt, type JsonObject } from "../json.ts";
import type { ModelUsage } from "../model-usage.ts";
import { messageUsage } from "./message-usage.ts";

/** Far more than an answer has; a longer list is made to mislead. */
const MOST_ITERATIONS = 1000;

/** What an answer's iterations say besides its usage. */
interface Iterations {
  /** What `usage` does not hold: compactions, advice of another model, and models that declined. */
  readonly beside?: readonly ModelUsage[];
  /** The model that answered in place of those that declined. */
  readonly servedBy?: string;
}

/**
 * The steps of an answer that ran the model several times. Of their kinds, `message` and `fallback_message` are inside the
 * totals, but for the attempts of models before the one that a fallback came to; `compaction` and `advisor_message` are
 * beside them.
 *
 * @see `BetaIterationsUsage` in @anthropic-ai/sdk 1.14.0
 */
export function iterationsOf(raw: JsonObject | undefined): Iterations {
  const steps = listAt(raw, "iterations").slice(0, MOST_ITERATIONS).filter(isObject);
  if (steps.length === 0) return {};
  const servedBy = steps.map((step) => (step["type"] === "fallback_message" ? modelOf(step) : undefined)).find(Boolean);
  const beside = steps.flatMap((step): ModelUsage[] => {
    const usage = messageUsage(step);
    const model = modelOf(step);
    const declined = step["type"] === "message" && servedBy !== undefined && model !== undefined && model !== servedBy;
    if (!usage || !(declined || step["type"] === "compaction" || step["type"] === "advisor_message")) return [];
    return [{ model, usage }];
  });
  return { ...(beside.length > 0 && { beside }), ...(servedBy !== undefined && { servedBy }) };
}

const modelOf = (step: JsonObject): string | undefined => stringAt(step, "model") || undefined;
