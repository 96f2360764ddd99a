/** How many requests have a ratio of each step: 1.01 to the power of the step. */
export type RatioSteps = ReadonlyMap<number, number>;

/** The natural logarithm of a step. */
export const RATIO_STEP = Math.log(1.01);

/** The step that a ratio is nearest to. @param ratio above 0 */
export const stepOf = (ratio: number): number => Math.round(Math.log(ratio) / RATIO_STEP);

/** The ratio that a step stands for. */
const ratioOf = (step: number): number => Math.exp(step * RATIO_STEP);

export const addStep = (steps: Map<number, number>, step: number, requests: number): void =>
  void steps.set(step, (steps.get(step) ?? 0) + requests);

export function sumOfSteps(all: readonly RatioSteps[]): RatioSteps {
  const sum = new Map<number, number>();
  for (const steps of all) for (const [step, requests] of steps) addStep(sum, step, requests);
  return sum;
}

export const requestsIn = (steps: RatioSteps): number =>
  [...steps.values()].reduce((sum, requests) => sum + requests, 0);

/** The least ratio that a share of the requests does not exceed, within half a step; undefined where there are none. */
export function quantile(steps: RatioSteps, share: number): number | undefined {
  const wanted = requestsIn(steps) * share;
  let passed = 0;
  for (const [step, requests] of [...steps].sort(([a], [b]) => a - b)) {
    passed += requests;
    if (passed >= wanted) return ratioOf(step);
  }
  return undefined;
}
