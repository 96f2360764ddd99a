import type { Subject } from "../attribution/attributor.ts";
import { createSelector, type AttributionOptions, type Selector } from "../attribution/selection/selection.ts";
import { COMPONENTS } from "../attribution/views/cancelling.ts";
import type { DifferenceRange } from "../attribution/views/compare-models.ts";
import { commonClasses, impactsAt, restsOn, sideOf, type BoundsOf, type Side } from "../attribution/views/side.ts";
import { citation } from "../factors/factor.ts";
import { CRITERIA, type Criterion } from "../model/footprint.ts";
import { BOUNDS, exactly, type Bound, type Range } from "../model/range.ts";
import type { ReportEntry, ReportImpacts } from "./entry.ts";
import { divided } from "./spread-footprint.ts";
import { summarise } from "./summary.ts";

/** What one period caused more than another, by criterion; absent where one of them does not know it. */
export type PeriodDifferences = Readonly<Partial<Record<Criterion, DifferenceRange & { readonly decided: boolean }>>>;

/** The requests of a period that rest on the same factors. */
interface Part {
  readonly impacts: ReportImpacts;
  /** The mean request by its energy; absent where the footprint does not rest on an energy that can be computed again. */
  readonly side: Side | undefined;
  /** What the energy was estimated by; parts of one estimate err together. */
  readonly estimate: string;
}

/** The parts of both periods that rest on one estimate. */
interface Pair {
  readonly now: Part[];
  readonly before: Part[];
}

const PLACES = COMPONENTS.filter((component) => component !== "estimates");

/**
 * The difference of two periods, with the range of what they do not share. A model that was used in both is at the same
 * bound in both; so are the grid, the PUE, the hardware and the other factors that both rest on. What only one of them
 * rests on may be anywhere in its range.
 *
 * @param options as the footprints were computed; where they were computed otherwise, only the model itself cancels
 */
export function periodDifferences(
  now: readonly ReportEntry[],
  before: readonly ReportEntry[],
  options: AttributionOptions,
): PeriodDifferences {
  const selector = createSelector(options);
  const [later, earlier] = [now, before].map((entries) => partsOf(entries, selector)) as [Part[], Part[]];
  const keys = new Set(earlier.flatMap(placesOf));
  const shared = new Set(later.flatMap(placesOf).filter((key) => keys.has(key)));
  const pairs = [...Map.groupBy([...later, ...earlier], ({ estimate }) => estimate).values()].map((parts): Pair => {
    const among = (period: readonly Part[]): Part[] => parts.filter((part) => period.includes(part));
    return { now: among(later), before: among(earlier) };
  });
  const lone = pairs.filter(({ now, before }) => now.length === 0 || before.length === 0);
  const sidesOf = (parts: readonly Part[]): Side[] => parts.flatMap(({ side }) => side ?? []);
  const classes = commonClasses(
    lone.flatMap(({ now }) => sidesOf(now)),
    lone.flatMap(({ before }) => sidesOf(before)),
  );
  const valueOf = evaluator(shared, classes);
  const [total, totalBefore] = [summarise(now).impacts, summarise(before).impacts];
  return Object.fromEntries(
    CRITERIA.flatMap((criterion) => {
      const [one, other] = [total[criterion], totalBefore[criterion]];
      if (!one || !other) return [];
      const central = one.central - other.central;
      const spans = BOUNDS.map((bound) => sumOfGaps(pairs, criterion, bound, valueOf));
      const low = Math.min(central, ...spans.map((span) => span.low));
      const high = Math.max(central, ...spans.map((span) => span.high));
      return [[criterion, { low, central, high, decided: low > 0 || high < 0 }]];
    }),
  );
}

function partsOf(entries: readonly ReportEntry[], selector: Selector): Part[] {
  const attributed = entries.filter(({ attributedRequests }) => attributedRequests > 0);
  const groups = Map.groupBy(attributed, ({ subject, names, provenance }) => {
    const { provider, model, operation, zone } = names;
    const { factorIds, catalogueVersions } = provenance;
    return JSON.stringify([subject ?? { provider, model, operation, zone }, factorIds, catalogueVersions]);
  });
  return Array.from(groups, ([key, group]): Part => {
    const { impacts, usage, attributedRequests, provenance } = summarise(group);
    const subject = group[0]!.subject;
    const side = subject && sideWith(selector, subject, divided(usage, attributedRequests), provenance.factorIds);
    return { impacts, side, estimate: side ? restsOn(side, "estimates").join() : key };
  });
}

/** The side of a subject, if its energy is what the footprint rests on and the factors are the same. */
function sideWith(
  selector: Selector,
  subject: Subject,
  usage: Side["usage"],
  factorIds: readonly string[],
): Side | undefined {
  const side = sideOf(selector, subject, usage);
  const chosen = side?.selection.chosen;
  if (chosen === undefined || typeof chosen === "string") return undefined;
  const { engine, training } = chosen;
  if (engine.annualGramsPerKilowattHour === undefined) return undefined;
  const ids = new Set([...engine.factors, ...(training ? [training.factor] : [])].map(citation));
  const recorded = new Set(factorIds);
  return ids.size === recorded.size && [...ids].every((id) => recorded.has(id)) ? side : undefined;
}

const placeKey = (side: Side, component: (typeof PLACES)[number]): string =>
  JSON.stringify([component, restsOn(side, component)]);

const placesOf = ({ side }: Part): string[] => (side ? PLACES.map((component) => placeKey(side, component)) : []);

/** A part's impact with what is shared at one bound; with its estimate at a bound, or anywhere in its range. */
type ValueOf = (part: Part, criterion: Criterion, bound: Bound, estimate?: Bound) => Range;

/**
 * What was recorded, in proportion to what the mean request does when shared factors are held at a bound: so the figures
 * stay those of the records.
 *
 * @param classes aggregates that say nothing of the difference
 */
function evaluator(shared: ReadonlySet<string>, classes: readonly string[]): ValueOf {
  const made = new WeakMap<Part, Map<string, ReturnType<typeof impactsAt>>>();
  function impactsOf(part: Part, key: string, make: () => ReturnType<typeof impactsAt>) {
    const known = made.get(part) ?? new Map<string, ReturnType<typeof impactsAt>>();
    made.set(part, known);
    const impacts = known.get(key) ?? make();
    known.set(key, impacts);
    return impacts;
  }
  return (part, criterion, bound, estimate) => {
    const recorded = part.impacts[criterion] ?? exactly(0);
    const { side } = part;
    if (!side) return estimate === undefined ? recorded : exactly(recorded[estimate]);
    const free = impactsOf(part, "free", () => impactsAt(side, {}))[criterion];
    const held = impactsOf(part, `${bound} ${estimate ?? ""}`, () => {
      const places = PLACES.filter((component) => shared.has(placeKey(side, component)));
      const bounds: BoundsOf = Object.fromEntries(places.map((component) => [component, bound]));
      return estimate === undefined
        ? impactsAt(side, bounds, classes)
        : impactsAt(side, { ...bounds, estimates: estimate });
    })[criterion];
    if (!free || !held) return recorded;
    const at = (of: Bound): number => {
      const from = estimate ?? of;
      return free[from] > 0 ? (recorded[from] * held[of]) / free[from] : recorded[from];
    };
    return { low: at("low"), central: at("central"), high: at("high") };
  };
}

/** The least and the most that all pairs together may differ by, with what is shared at one bound. */
function sumOfGaps(
  pairs: readonly Pair[],
  criterion: Criterion,
  bound: Bound,
  valueOf: ValueOf,
): { low: number; high: number } {
  let [low, high] = [0, 0];
  for (const { now, before } of pairs) {
    const isLone = now.length === 0 || before.length === 0;
    const gaps = (isLone ? [undefined] : BOUNDS).map((estimate) => {
      const sum = (parts: readonly Part[], of: Bound): number =>
        parts.reduce((total, part) => total + valueOf(part, criterion, bound, estimate)[of], 0);
      return { low: sum(now, "low") - sum(before, "high"), high: sum(now, "high") - sum(before, "low") };
    });
    low += Math.min(...gaps.map((gap) => gap.low));
    high += Math.max(...gaps.map((gap) => gap.high));
  }
  return { low, high };
}
