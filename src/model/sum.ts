import { CRITERIA, EVIDENCE, PHASES, type Evidence, type Footprint, type Impact, type Phase } from "./footprint.ts";
import { add, type Range } from "./range.ts";

/** In the warnings of a sum where some of the footprints lack a criterion that others have. */
const PARTIAL = "partial_criteria";
/** In those of a request of which some models have a footprint and others have none. */
const PARTIAL_MODELS = "partial_models";

/**
 * The sum of footprints: criterion by criterion and phase by phase, with the weakest evidence and every factor of
 * them. Undefined for none.
 */
export function sumFootprints(footprints: readonly Footprint[]): Footprint | undefined {
  const [first, ...others] = footprints;
  if (!first || others.length === 0) return first;
  const criteria = CRITERIA.flatMap((criterion) => {
    const impacts = footprints.flatMap((footprint) => footprint[criterion] ?? []);
    return impacts.length === 0 ? [] : [[criterion, impacts] as const];
  });
  const partial = criteria.some(([, impacts]) => impacts.length < footprints.length);
  return {
    ...Object.fromEntries(criteria.map(([criterion, impacts]) => [criterion, impacts.reduce(addImpacts)])),
    evidence: footprints.map(({ evidence }) => evidence).reduce(weaker),
    accounting: footprints.every(({ accounting }) => accounting === first.accounting) ? first.accounting : "unknown",
    factorIds: union(footprints.map(({ factorIds }) => factorIds)),
    catalogueVersion: first.catalogueVersion,
    warnings: union([...footprints.map(({ warnings }) => warnings), partial ? [PARTIAL] : []]),
  };
}

/** The footprint of a request, from those of the models that worked on it; undefined where none of them has one. */
export function sumShares(shares: readonly (Footprint | undefined)[]): Footprint | undefined {
  const known = shares.filter((footprint) => footprint !== undefined);
  const sum = sumFootprints(known);
  return sum && known.length < shares.length ? { ...sum, warnings: [...sum.warnings, PARTIAL_MODELS] } : sum;
}

function addImpacts(a: Impact, b: Impact): Impact {
  const phases: Partial<Record<Phase, Range>> = {};
  for (const phase of PHASES) {
    const [inA, inB] = [a.phases[phase], b.phases[phase]];
    const sum = inA && inB ? add(inA, inB) : (inA ?? inB);
    if (sum) phases[phase] = sum;
  }
  return { ...add(a, b), phases };
}

/** The weaker of two grades of evidence. */
export const weaker = (a: Evidence, b: Evidence): Evidence => (EVIDENCE.indexOf(a) > EVIDENCE.indexOf(b) ? a : b);

const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];
