import { setImmediate } from "node:timers/promises";

/** One run of an arm: does so many operations and gives what they took, in milliseconds. */
export type Block = (operations: number) => Promise<number>;

/** What a run took of the processors, in milliseconds: unlike the time on the clock it leaves out other programs. */
export async function cpuMilliseconds(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface Comparison {
  readonly title: string;
  /** The first is what the others are compared with, the second the same again: the control. */
  readonly arms: Readonly<Record<string, Block>>;
  readonly operations: number;
  readonly rounds: number;
  /** Of what the figures are, where an operation has many. */
  readonly per?: { readonly what: string; readonly count: number };
}

/**
 * Runs the arms in turn, there and back, so that what drifts hits all alike, and prints the median and the quartiles of
 * their differences to the first, round by round, in microseconds an operation.
 */
export async function compare({ title, arms, operations, rounds, per }: Comparison): Promise<void> {
  const entries = Object.entries(arms);
  const taken = new Map(entries.map(([name]) => [name, [] as number[]]));
  const units = operations * (per?.count ?? 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, block] of round % 2 === 0 ? entries : entries.toReversed()) {
      // Between blocks the process gets a turn, as it would between any two real exchanges.
      await setImmediate();
      taken.get(name)!.push(((await block(operations)) * 1000) / units);
    }
  }
  const [[, first] = ["", [0]], ...others] = taken;
  const bare = quantile(first, 0.5);
  console.log(`\n${title}: ${bare.toFixed(2)} µs ${per?.what ?? "each"}, ${rounds} rounds of ${operations}`);
  for (const [name, values] of others) {
    const differences = values.map((value, round) => value - first[round]!);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((at) => quantile(differences, at)) as [number, number, number];
    console.log(
      `  ${name.padEnd(28)} ${signed(middle).padStart(8)} µs  ${signed((middle / bare) * 100).padStart(8)} %  [${signed(low)} … ${signed(high)}]`,
    );
  }
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))]!;
}

const signed = (value: number): string => (value < 0 ? "" : "+") + value.toFixed(2);
