import type { Attributor } from "../attribution/attributor.ts";
import { CRITERIA, type Criterion, type Footprint, type Impact } from "../model/footprint.ts";
import { scale, span, type Range } from "../model/range.ts";
import { TOKEN_CLASSES, type Usage } from "../model/usage.ts";

/** In the warnings of a sum whose requests are not known one by one. */
const SUMMED = "summed";

/** The usage of the mean request. */
export const divided = (usage: Usage, requests: number): Usage =>
  Object.fromEntries(
    Object.entries(usage).map(([usageClass, amount]: [string, number]) => [usageClass, amount / requests]),
  );

/** The footprint of that many equal requests. */
export const multiplied = (footprint: Footprint, requests: number): Footprint =>
  mapped(footprint, (amount) => scale(amount, requests));

/**
 * The footprint of a sum of requests of which only the sum is known: that of as many mean requests, with bounds that
 * hold however the usage was spread over them: evenly, or all input in some and all output in others.
 *
 * @param usage the sum
 * @param durationSeconds of all together
 */
export function spreadFootprint(
  attributor: Attributor,
  usage: Usage,
  requests: number,
  durationSeconds: number,
): Footprint | undefined {
  const mean = attributor.footprint(divided(usage, requests), durationSeconds / requests);
  if (!mean || requests === 1) return mean;
  const central = multiplied(mean, requests);
  const others = spreads(usage, requests).map((parts) => sumOfParts(attributor, parts, durationSeconds / requests));
  return widened(central, others);
}

type Part = readonly [usage: Usage, requests: number];

/** Ways in which requests can come to the same sum, as far from equal as they get. */
function spreads(usage: Usage, requests: number): readonly (readonly Part[])[] {
  const reading = pick(usage, ["inputTokens", "cacheReadTokens", "cacheWriteTokens"]);
  const writing = pick(usage, ["outputTokens", "reasoningTokens"]);
  if (!reading || !writing) return [];
  const some = Math.max(1, Math.floor(requests / 2));
  return [
    [
      [divided(reading, some), some],
      [divided(writing, requests - some), requests - some],
    ],
    [
      [reading, 1],
      [divided(writing, requests - 1), requests - 1],
    ],
    [
      [divided(reading, requests - 1), requests - 1],
      [writing, 1],
    ],
  ];
}

function pick(usage: Usage, classes: readonly (typeof TOKEN_CLASSES)[number][]): Usage | undefined {
  const found = classes.flatMap((name) => (usage[name] ? [[name, usage[name]] as const] : []));
  return found.length > 0 ? { ...zeros, ...Object.fromEntries(found) } : undefined;
}

/** A class that is known to be nothing, which is not one that is unknown. */
const zeros: Usage = { inputTokens: 0, outputTokens: 0 };

const sumOfParts = (attributor: Attributor, parts: readonly Part[], durationSeconds: number): Map<string, Range> => {
  const sums = new Map<string, Range>();
  for (const [usage, requests] of parts) {
    const footprint = attributor.footprint(usage, durationSeconds);
    for (const [key, amount] of footprint ? amountsOf(footprint) : []) {
      const before = sums.get(key) ?? { low: 0, central: 0, high: 0 };
      sums.set(key, {
        low: before.low + amount.low * requests,
        central: before.central + amount.central * requests,
        high: before.high + amount.high * requests,
      });
    }
  }
  return sums;
};

const amountsOf = (footprint: Footprint): [string, Range][] =>
  CRITERIA.flatMap((criterion) =>
    Object.entries(footprint[criterion]?.phases ?? {}).map(([phase, amount]): [string, Range] => [
      `${criterion} ${phase}`,
      amount,
    ]),
  );

/** The bounds of all ways; the central value is the mean's. */
function widened(footprint: Footprint, others: readonly ReadonlyMap<string, Range>[]): Footprint {
  const wider = mapped(footprint, (amount, key) => span(amount, ...others.flatMap((each) => each.get(key) ?? [])));
  return { ...wider, warnings: [...new Set([...footprint.warnings, SUMMED])] };
}

/** A footprint whose phases are changed, and whose totals follow from them. */
function mapped(footprint: Footprint, change: (amount: Range, key: string) => Range): Footprint {
  const impacts = CRITERIA.flatMap((criterion): [Criterion, Impact][] => {
    const impact = footprint[criterion];
    if (!impact) return [];
    const phases = Object.entries(impact.phases).map(
      ([phase, amount]) => [phase, change(amount, `${criterion} ${phase}`)] as const,
    );
    const counted = phases.filter(([phase]) => phase !== "training").map(([, amount]) => amount);
    const total = (bound: keyof Range): number => counted.reduce((sum, amount) => sum + amount[bound], 0);
    return [
      [
        criterion,
        { low: total("low"), central: total("central"), high: total("high"), phases: Object.fromEntries(phases) },
      ],
    ];
  });
  return { ...footprint, ...(Object.fromEntries(impacts) as Partial<Record<Criterion, Impact>>) };
}
