/** What is kept as a distribution per model. The buckets are upper bounds in the unit of the name. */
export interface Histogram {
  readonly name: "co2eGrams" | "waterLitres" | "durationSeconds" | "timeToFirstTokenSeconds" | "statedToEstimatedRatio";
  readonly buckets: readonly number[];
}

/** 1, 2, 5 in each decade: at most 12 % off for a median and 23 % for a 95th percentile, with bounds that can be read. */
function oneTwoFive(firstDecade: number, lastDecade: number): number[] {
  const buckets: number[] = [];
  for (let decade = firstDecade; decade < lastDecade; decade += 1) {
    buckets.push(Number(`1e${decade}`), Number(`2e${decade}`), Number(`5e${decade}`));
  }
  return [...buckets, Number(`1e${lastDecade}`)];
}

/** Up to 1 kg and 1 m³, so that a long agent run still falls into a bucket. Times as OpenTelemetry's GenAI conventions recommend. */
export const HISTOGRAMS: readonly Histogram[] = [
  { name: "co2eGrams", buckets: oneTwoFive(-4, 3) },
  { name: "waterLitres", buckets: oneTwoFive(-5, 3) },
  {
    name: "durationSeconds",
    buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  {
    name: "timeToFirstTokenSeconds",
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  { name: "statedToEstimatedRatio", buckets: oneTwoFive(-2, 2) },
];

/** @returns the number of the first bucket that holds the value; the number of buckets when it is above all */
export function bucketOf(buckets: readonly number[], value: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= buckets[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
