import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../../wire/count.ts";
import { isObject, objectAt, stringAt } from "../../wire/json.ts";

/** What an answer, or the last part of a stream, says of its model and usage. */
export function answerOf(result: unknown, isImage: boolean) {
  const raw = objectAt(result, "usage");
  const model = stringAt(objectAt(result, "response"), "modelId");
  return { model, usage: isImage ? imageUsage(result) : raw && tokenUsage(raw), rawUsage: objectAt(raw, "raw") };
}

/** Inputs and outputs as the AI SDK divides them. */
function tokenUsage(raw: object): Usage | undefined {
  const input = objectAt(raw, "inputTokens");
  const output = objectAt(raw, "outputTokens");
  const total = countAt(input, "total");
  const cacheReadTokens = countAt(input, "cacheRead");
  const cacheWriteTokens = countAt(input, "cacheWrite");
  const reasoningTokens = countAt(output, "reasoning");
  const outputTotal = countAt(output, "total");
  const usage = statedUsage({
    inputTokens:
      countAt(input, "noCache") ??
      (total === undefined ? undefined : Math.max(0, total - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0))),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens:
      outputTotal === undefined ? countAt(output, "text") : Math.max(0, outputTotal - (reasoningTokens ?? 0)),
    reasoningTokens,
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}

function imageUsage(result: unknown): Usage | undefined {
  const usage = objectAt(result, "usage");
  const inputTokens = countAt(usage, "inputTokens");
  const outputTokens = countAt(usage, "outputTokens");
  const made = isObject(result) ? result["images"] : undefined;
  const stated = statedUsage({ inputTokens, outputTokens, images: Array.isArray(made) ? made.length : undefined });
  return Object.keys(stated).length > 0 ? stated : undefined;
}
