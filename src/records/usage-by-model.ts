import { addUsage, usageWithout, type Usage } from "../model/usage.ts";
import { UNKNOWN_NAME } from "../model/unknown-name.ts";
import type { ModelUsage } from "../wire/model-usage.ts";

/** More models than work on one answer; what further ones used counts as the answering one's. */
const MOST_MODELS = 16;

/** A request's usage, where several models share in it. */
export interface DividedUsage {
  readonly usage: Usage;
  readonly usageByModel: Readonly<Record<string, Usage>>;
}

/**
 * Divides a request's usage among the models that worked on its answer.
 *
 * @param usage of all of them
 * @param own the model that answered, which used what is left by the others
 * @returns undefined where no other model took part
 */
export function divideByModel(
  usage: Usage,
  own: string | undefined,
  others: readonly ModelUsage[],
): DividedUsage | undefined {
  const ofOthers = new Map<string, Usage>();
  for (const { model, usage: part } of others) {
    if (model === undefined || model === own) continue;
    if (ofOthers.has(model) || ofOthers.size < MOST_MODELS) ofOthers.set(model, addUsage(ofOthers.get(model), part));
  }
  if (ofOthers.size === 0) return undefined;
  const parts = [...ofOthers.values()];
  const rest = parts.reduce(usageWithout, usage);
  const usesSome = Object.values(rest).some((amount) => amount > 0);
  return {
    // Parts that are more than the whole are believed.
    usage: parts.reduce(addUsage, rest),
    usageByModel: Object.fromEntries([...(usesSome ? [[own ?? UNKNOWN_NAME, rest] as const] : []), ...ofOthers]),
  };
}
