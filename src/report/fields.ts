import { CRITERIA, CRITERION_FACTS, type Criterion, type Phase } from "../model/criteria.ts";
import { EVIDENCE } from "../model/footprint.ts";
import { BOUNDS } from "../model/range.ts";
import { requestsIn } from "../model/ratio-steps.ts";
import type { PeriodDifferences } from "./period-difference.ts";
import type { Report } from "./report.ts";
import { originTexts } from "./origins.ts";
import { quartilesOf } from "./statements.ts";
import type { Summary } from "./summary.ts";

/** A cell of the export; undefined where nothing is known, which is not 0. */
export type FieldValue = string | number | undefined;

/** Criteria that have columns of their own order above; all others follow them, totals only. */
const LAID_OUT: readonly Criterion[] = ["co2eGrams", "waterLitres", "energyJoules", "primaryEnergyJoules"];
const isFurther = (criterion: Criterion): boolean => !LAID_OUT.includes(criterion);

/**
 * The columns that a carbon accounting system takes, in its units (kWh, kg, litres), for one line of a
 * report. The names do not change between releases.
 */
export function exportFields(report: Report, summary: Summary): Record<string, FieldValue> {
  const { names, usage, provenance } = summary;
  const listed = (name: string): FieldValue => list(names[name] ?? []);
  const hosting = hostingOf(names["endpoint"] ?? []);
  return {
    period_start: report.from.toISOString(),
    period_end: report.to.toISOString(),
    provider: listed("provider"),
    model_requested: listed("requestedModel"),
    model_resolved: listed("model"),
    hosting,
    region_or_zone: listed("zone"),
    requests: summary.requests,
    tokens_input: usage.inputTokens,
    tokens_cached_input: usage.cacheReadTokens,
    tokens_cache_written: usage.cacheWriteTokens,
    tokens_output: usage.outputTokens,
    tokens_reasoning: usage.reasoningTokens,
    tokens_estimated_flag: summary.estimatedRequests > 0 ? "yes" : "no",
    ...totals(summary, "energyJoules"),
    ...totals(summary, "primaryEnergyJoules"),
    ...totals(summary, "co2eGrams"),
    ...usageCo2e(summary),
    ...phase(summary, "co2eGrams", "embodied"),
    ...phase(summary, "co2eGrams", "undivided"),
    co2e_training_kg: scaled("co2eGrams", summary.impacts.co2eGrams?.phases.training?.central),
    ...totals(summary, "waterLitres"),
    water_usage_l: summary.impacts.waterLitres?.phases.usage?.central,
    water_embodied_l: summary.impacts.waterLitres?.phases.embodied?.central,
    water_undivided_l: summary.impacts.waterLitres?.phases.undivided?.central,
    ...Object.fromEntries(
      CRITERIA.filter(isFurther).flatMap((criterion) => Object.entries(totals(summary, criterion))),
    ),
    // An endpoint that is not known may be one's own.
    ghg_scope: hosting === "purchased service" ? "3" : undefined,
    ghg_category: hosting === "purchased service" ? "1 Purchased goods and services" : undefined,
    accounting: list(provenance.accounting),
    method_tier: EVIDENCE.findLast((kind) => summary.evidence[kind]),
    requests_share_per_tier: sharesPerTier(summary),
    primary_data_share: summary.primaryDataShare,
    coverage_share: summary.coverageShare,
    factor_ids_versions: list(provenance.factorIds),
    catalogue_version: list(provenance.catalogueVersions),
    catalogue_sha256: report.catalogueSha256,
    boundary: list(factorTexts(report, summary, "boundary")),
    uncertainty_basis: list(factorTexts(report, summary, "uncertaintyBasis")),
    warnings: list(provenance.warnings),
    restated_from: list(provenance.restatedFrom),
    coverage_token_share: summary.coverageTokenShare,
    proxy_share: summary.proxyShare,
    time_zone: report.timeZone ?? "UTC",
    organisation: report.organisation,
    prepared_by: report.preparedBy,
    activity_data: report.activity && list(originTexts(report.activity.origins)),
    ...statementFields(summary),
  };
}

/** What providers stated, by what the factors say of the same usage. */
export function statementFields({ statements }: Summary): Record<string, FieldValue> {
  const [lower, median, upper] = statements ? quartilesOf(statements) : [];
  const leftOut = Object.entries(statements?.leftOut ?? {}).map(([reason, requests]) => `${reason} ${requests}`);
  return {
    stated_requests: statements?.requests ?? 0,
    stated_source: list(statements?.sources ?? []),
    stated_compared_requests: statements && requestsIn(statements.ratios),
    stated_to_estimated_lower_quartile: lower,
    stated_to_estimated_median: median,
    stated_to_estimated_upper_quartile: upper,
    stated_left_out: list(leftOut),
    stated_factor_evidence: list(statements?.factorEvidence ?? []),
  };
}

/** What a period caused more than the one that it is compared with, in the units of the columns. */
export const differenceFields = (differences: PeriodDifferences): Record<string, FieldValue> =>
  Object.fromEntries(
    CRITERIA.flatMap((criterion): [string, FieldValue][] => {
      const difference = differences[criterion];
      if (!difference) return [];
      const { name, unit } = CRITERION_FACTS[criterion].column;
      return [
        ...BOUNDS.map((bound): [string, FieldValue] => [
          `${name}_${unit}_${bound}`,
          scaled(criterion, difference[bound]),
        ]),
        [`${name}_decided`, difference.decided ? "yes" : "no"],
      ];
    }),
  );

const list = (values: readonly string[]): FieldValue => (values.length > 0 ? values.join("; ") : undefined);

const scaled = (criterion: Criterion, value: number | undefined): FieldValue =>
  value === undefined ? undefined : value / CRITERION_FACTS[criterion].column.size;

/** The three bounds, and the number of requests that they rest on. */
function totals(summary: Summary, criterion: Criterion): Record<string, FieldValue> {
  const { name, unit } = CRITERION_FACTS[criterion].column;
  const impact = summary.impacts[criterion];
  return {
    ...Object.fromEntries(BOUNDS.map((bound) => [`${name}_${unit}_${bound}`, scaled(criterion, impact?.[bound])])),
    [`${name}_${unit}_known_requests`]: summary.known[criterion]?.requests ?? 0,
  };
}

function phase(summary: Summary, criterion: Criterion, of: Phase): Record<string, FieldValue> {
  const { name, unit } = CRITERION_FACTS[criterion].column;
  const part = summary.impacts[criterion]?.phases[of];
  return Object.fromEntries(
    BOUNDS.map((bound) => [`${name}_${of}_${unit}_${bound}`, scaled(criterion, part?.[bound])]),
  );
}

/** Location and market never share a column. A line that mixes both cannot be told apart and leaves both empty. */
function usageCo2e(summary: Summary): Record<string, FieldValue> {
  const { accounting } = summary.provenance;
  const usage = summary.impacts.co2eGrams?.phases.usage;
  const market = accounting.includes("market");
  const pure = accounting.length === 1;
  return {
    ...Object.fromEntries(
      BOUNDS.map((bound) => [
        `co2e_usage_location_kg_${bound}`,
        pure && !market ? scaled("co2eGrams", usage?.[bound]) : undefined,
      ]),
    ),
    co2e_usage_market_kg: pure && market ? scaled("co2eGrams", usage?.central) : undefined,
  };
}

function sharesPerTier({ evidence, requests }: Summary): FieldValue {
  return list(
    EVIDENCE.flatMap((kind) => (evidence[kind] ? [`${kind} ${(evidence[kind].requests / requests).toFixed(3)}`] : [])),
  );
}

function factorTexts(report: Report, summary: Summary, of: "boundary" | "uncertaintyBasis"): string[] {
  const used = report.factors.filter(({ id }) => summary.provenance.factorIds.includes(id));
  return [...new Set(used.flatMap((factor) => factor[of] ?? []))];
}

const PRIVATE_HOST =
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|\.(local|internal|svc)(:|$)/;

function hostingOf(endpoints: readonly string[]): FieldValue {
  const kinds = endpoints.map((host) => (PRIVATE_HOST.test(host) ? "private endpoint" : "purchased service"));
  return list([...new Set(kinds)].sort());
}
