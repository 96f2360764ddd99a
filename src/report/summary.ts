import { CRITERIA, EVIDENCE, PHASES, type Criterion, type Evidence, type Phase } from "../model/footprint.ts";
import { add, BOUNDS } from "../model/range.ts";
import { TOKEN_CLASSES, USAGE_CLASSES, type UsageClass } from "../model/usage.ts";
import { sumOfStatements } from "./statements.ts";
import type { PhaseAmount, Provenance, ReportEntry, ReportImpact, ReportImpacts } from "./entry.ts";

/**
 * Evidence whose figure was published for this model by its operator, or given by the user: what counts as
 * primary data. Everything else is modelled or carried over from other models.
 */
export const PRIMARY_EVIDENCE: readonly Evidence[] = [
  "user_measured",
  "user",
  "stated_measured",
  "operator_lca",
  "operator_statement",
];

/** Evidence whose figures are another model's. */
const PROXY_EVIDENCE: readonly Evidence[] = ["proxy", "class_default"];

/** The part of the requests of which a criterion is known. The others are in its total with nothing, which is not 0. */
export interface KnownPart {
  readonly requests: number;
  /** The CO2e (central) of these requests, in grams. */
  readonly co2eGrams: number;
}

/** What entries add up to. */
export interface Summary extends Omit<ReportEntry, "startedAt" | "names" | "subject"> {
  /** Each name's distinct values. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** What each criterion's total rests on; a criterion that no request has is absent. */
  readonly known: Readonly<Partial<Record<Criterion, KnownPart>>>;
  /** The share of requests that have a footprint, 0 to 1; undefined without requests. */
  readonly coverageShare: number | undefined;
  /** The share of tokens of requests that have a footprint, 0 to 1; undefined without tokens. */
  readonly coverageTokenShare: number | undefined;
  /** The share of requests whose footprint rests on another model's figures or on a class default, 0 to 1. */
  readonly proxyShare: number | undefined;
  /** The share of CO2e (central) that rests on {@link PRIMARY_EVIDENCE}, 0 to 1; undefined without CO2e. */
  readonly primaryDataShare: number | undefined;
}

export function summarise(entries: readonly ReportEntry[]): Summary {
  const evidence: Partial<Record<Evidence, { requests: number; co2eGrams: number }>> = {};
  for (const entry of entries) {
    for (const [kind, share] of Object.entries(entry.evidence) as [
      Evidence,
      { requests: number; co2eGrams: number },
    ][]) {
      const sum = (evidence[kind] ??= { requests: 0, co2eGrams: 0 });
      sum.requests += share.requests;
      sum.co2eGrams += share.co2eGrams;
    }
  }
  const requests = total(entries, (entry) => entry.requests);
  const attributedRequests = total(entries, (entry) => entry.attributedRequests);
  const co2eGrams = EVIDENCE.reduce((sum, kind) => sum + (evidence[kind]?.co2eGrams ?? 0), 0);
  const primaryGrams = PRIMARY_EVIDENCE.reduce((sum, kind) => sum + (evidence[kind]?.co2eGrams ?? 0), 0);
  return {
    names: distinctNames(entries),
    requests,
    attributedRequests,
    estimatedRequests: total(entries, (entry) => entry.estimatedRequests),
    usage: Object.fromEntries(USAGE_CLASSES.flatMap((usageClass) => sumOfUsage(entries, usageClass))),
    impacts: sumOfImpacts(entries),
    known: Object.fromEntries(CRITERIA.flatMap((criterion) => knownPart(entries, criterion))),
    evidence,
    provenance: sumOfProvenance(entries),
    statements: sumOfStatements(entries.map(({ statements }) => statements)),
    coverageShare: requests > 0 ? attributedRequests / requests : undefined,
    coverageTokenShare: tokenCoverage(entries),
    proxyShare:
      requests > 0
        ? PROXY_EVIDENCE.reduce((sum, kind) => sum + (evidence[kind]?.requests ?? 0), 0) / requests
        : undefined,
    primaryDataShare: co2eGrams > 0 ? primaryGrams / co2eGrams : undefined,
  };
}

const total = (entries: readonly ReportEntry[], value: (entry: ReportEntry) => number): number =>
  entries.reduce((sum, entry) => sum + value(entry), 0);

/** Where some of an entry's requests have a footprint, its tokens are shared out over them evenly. */
function tokenCoverage(entries: readonly ReportEntry[]): number | undefined {
  const tokensOf = ({ usage }: ReportEntry): number => TOKEN_CLASSES.reduce((sum, name) => sum + (usage[name] ?? 0), 0);
  const all = total(entries, tokensOf);
  const covered = total(entries, (entry) =>
    entry.requests > 0 ? (tokensOf(entry) * entry.attributedRequests) / entry.requests : 0,
  );
  return all > 0 ? covered / all : undefined;
}

const distinct = <Value extends string>(values: readonly (Value | undefined)[]): Value[] =>
  [...new Set(values)].filter((value) => value !== undefined).sort();

function distinctNames(entries: readonly ReportEntry[]): Record<string, string[]> {
  const names = distinct(entries.flatMap((entry) => Object.keys(entry.names)));
  return Object.fromEntries(names.map((name) => [name, distinct(entries.map((entry) => entry.names[name]))]));
}

function sumOfUsage(entries: readonly ReportEntry[], usageClass: UsageClass): [UsageClass, number][] {
  const known = entries.flatMap((entry) => entry.usage[usageClass] ?? []);
  return known.length > 0 ? [[usageClass, known.reduce((sum, value) => sum + value, 0)]] : [];
}

function sumOfImpacts(entries: readonly ReportEntry[]): ReportImpacts {
  return Object.fromEntries(
    CRITERIA.flatMap((criterion) => {
      const impacts = entries.flatMap((entry) => entry.impacts[criterion] ?? []);
      return impacts.length > 0 ? [[criterion, impacts.reduce(addImpacts)]] : [];
    }),
  );
}

function knownPart(entries: readonly ReportEntry[], criterion: Criterion): [Criterion, KnownPart][] {
  const known = entries.filter(({ impacts }) => impacts[criterion]);
  const requests = total(known, ({ attributedRequests }) => attributedRequests);
  const co2eGrams = total(known, ({ impacts }) => impacts.co2eGrams?.central ?? 0);
  return known.length > 0 ? [[criterion, { requests, co2eGrams }]] : [];
}

const addImpacts = (a: ReportImpact, b: ReportImpact): ReportImpact => ({
  ...add(a, b),
  phases: Object.fromEntries(
    PHASES.flatMap((phase: Phase) => {
      const [left, right] = [a.phases[phase], b.phases[phase]];
      if (!left || !right) return left || right ? [[phase, left ?? right]] : [];
      return [[phase, addPhases(left, right)]];
    }),
  ),
});

/** A bound that one of the two does not know, the sum does not know either. */
const addPhases = (a: PhaseAmount, b: PhaseAmount): PhaseAmount => ({
  central: a.central + b.central,
  ...Object.fromEntries(
    BOUNDS.flatMap((bound) => {
      const [left, right] = [a[bound], b[bound]];
      return left === undefined || right === undefined ? [] : [[bound, left + right]];
    }),
  ),
});

function sumOfProvenance(entries: readonly ReportEntry[]): Provenance {
  const all = entries.map((entry) => entry.provenance);
  return {
    factorIds: distinct(all.flatMap((one) => one.factorIds)),
    catalogueVersions: distinct(all.flatMap((one) => one.catalogueVersions)),
    accounting: distinct(all.flatMap((one) => one.accounting)),
    warnings: distinct(all.flatMap((one) => one.warnings)),
    restatedFrom: distinct(all.flatMap((one) => one.restatedFrom)),
  };
}
