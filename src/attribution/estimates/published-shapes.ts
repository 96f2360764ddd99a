import type { Shape } from "../../factors/factor.ts";
import { valueOn, type Curve } from "./curve.ts";

/** An energy that rises with both token counts, in J, as a function of them. */
export type EnergySurface = (inputTokens: number, outputTokens: number) => number;

/** Low, central and high surface. */
export type EnergySurfaces = readonly [EnergySurface, EnergySurface, EnergySurface];

/**
 * Energies through the published prompt shapes and between and beyond them. The rise from one shape to the next is
 * shared between input and output by the weight of an input token, so that the sum meets every published cell and
 * never falls in either count. Linear fits are not used: a third of them give input a negative energy.
 *
 * A cell below the one before it, though both its counts are higher, contradicts that: it sets no central value, and
 * the low surface is lowered until it contains it.
 *
 * @param inputWeight an input token relative to an output token
 */
export function energySurfaces(shapes: readonly Shape[], inputWeight: number): EnergySurfaces {
  const kept: Shape[] = [];
  const contradicting: Shape[] = [];
  for (const shape of shapes) {
    const before = kept.at(-1);
    if (before === undefined || shape.energyJoules.central >= before.energyJoules.central) kept.push(shape);
    else contradicting.push(shape);
  }
  const surfaceOf = (bound: "low" | "central" | "high"): EnergySurface => {
    const input: Curve & { at: number[]; value: number[] } = { at: [0], value: [0] };
    const output: Curve & { at: number[]; value: number[] } = { at: [0], value: [0] };
    let before = { inputTokens: 0, outputTokens: 0, energy: 0 };
    for (const { inputTokens, outputTokens, energyJoules } of kept) {
      const energy = Math.max(before.energy, energyJoules[bound]);
      const weighted = inputWeight * (inputTokens - before.inputTokens);
      const share = weighted / (weighted + (outputTokens - before.outputTokens));
      input.at.push(inputTokens);
      input.value.push(input.value.at(-1)! + (energy - before.energy) * share);
      output.at.push(outputTokens);
      output.value.push(output.value.at(-1)! + (energy - before.energy) * (1 - share));
      before = { inputTokens, outputTokens, energy };
    }
    return (inputTokens, outputTokens) => valueOn(input, inputTokens) + valueOn(output, outputTokens);
  };
  const lowest = surfaceOf("low");
  const central = surfaceOf("central");
  const highest = surfaceOf("high");
  const lowering = contradicting.reduce(
    (ratio, { inputTokens, outputTokens, energyJoules }) =>
      Math.min(ratio, energyJoules.low / lowest(inputTokens, outputTokens)),
    1,
  );
  return [
    (input, output) => Math.min(lowest(input, output) * lowering, central(input, output)),
    central,
    (input, output) => Math.max(highest(input, output), central(input, output)),
  ];
}
