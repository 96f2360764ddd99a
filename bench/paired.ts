import { setImmediate } from "node:timers/promises";

/** One run of a variant: how many operations it does, and the time it took in milliseconds. */
export type Block = (operations: number) => Promise<number>;

/** What one pair of variants showed. */
export interface Paired {
  /** Median over blocks, in microseconds per operation. */
  readonly baseline: number;
  /** Median of the differences, pair by pair, in microseconds per operation. */
  readonly difference: number;
  /** Quartiles of the differences. */
  readonly spread: readonly [number, number];
}

/** Runs two variants in turn, AB BA, so that what drifts hits both alike. */
export async function paired(baseline: Block, variant: Block, operations: number, blocks: number): Promise<Paired> {
  const baselines: number[] = [];
  const differences: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const first = block % 2 === 0 ? baseline : variant;
    const second = first === baseline ? variant : baseline;
    // Between blocks the process gets a turn, as it would between any two real exchanges.
    await setImmediate();
    const a = await first(operations);
    await setImmediate();
    const b = await second(operations);
    const [without, with_] = first === baseline ? [a, b] : [b, a];
    baselines.push((without * 1000) / operations);
    differences.push(((with_ - without) * 1000) / operations);
  }
  return {
    baseline: quantile(baselines, 0.5),
    difference: quantile(differences, 0.5),
    spread: [quantile(differences, 0.25), quantile(differences, 0.75)],
  };
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))]!;
}

/** A line of the report. `per` divides the figures, for costs per chunk of a stream. */
export function report(name: string, { baseline, difference, spread }: Paired, per = 1, unit = "µs"): void {
  const factor = unit === "ns" ? 1000 : 1;
  const figure = (value: number): string => ((value * factor) / per).toFixed(unit === "ns" ? 0 : 2);
  console.log(
    `${name.padEnd(34)} bare ${figure(baseline).padStart(8)} ${unit}   ` +
      `+${figure(difference)} ${unit} [${figure(spread[0])} … ${figure(spread[1])}]   ` +
      `×${(1 + difference / baseline).toFixed(3)}`,
  );
}
