import type { Range } from "../model/range.ts";
import type { EnergyWindow } from "./energy-window.ts";

/**
 * J of idling for each token of a model: what the devices that it works on draw when they idle, shared out to all
 * tokens that they make. The range reaches from the busiest to the least busy part of the period.
 *
 * @param blocks the windows in parts, in order of time
 * @param watts of one idling device, by group
 */
export function idlePerToken(
  model: string,
  blocks: readonly (readonly EnergyWindow[])[],
  watts: ReadonlyMap<string, Range>,
): Range {
  const central = share(model, blocks.flat(), watts, "central") ?? 0;
  const ofBlocks = (bound: keyof Range) => blocks.map((block) => share(model, block, watts, bound) ?? central);
  return {
    low: Math.min(central, ...ofBlocks("low")),
    central,
    high: Math.max(central, ...ofBlocks("high")),
  };
}

/** Undefined where the model has no tokens in the windows. */
function share(
  model: string,
  windows: readonly EnergyWindow[],
  watts: ReadonlyMap<string, Range>,
  bound: keyof Range,
): number | undefined {
  let [joules, own] = [0, 0];
  for (const [group, ofGroup] of Map.groupBy(windows, (window) => window.group)) {
    const idling = ofGroup.reduce((sum, { seconds, devices }) => sum + seconds * devices, 0) * watts.get(group)![bound];
    const tokens = ofGroup.reduce((sum, window) => sum + tokensIn(window), 0);
    const tokensOfModel = ofGroup.reduce((sum, window) => sum + tokensIn(window, model), 0);
    if (tokens > 0) joules += (idling * tokensOfModel) / tokens;
    own += tokensOfModel;
  }
  return own === 0 ? undefined : joules / own;
}

function tokensIn({ tokens }: EnergyWindow, model?: string): number {
  let sum = 0;
  for (const [name, { input, output, cached = 0 }] of tokens) {
    if (model === undefined || name === model) sum += input + output + cached;
  }
  return sum;
}
