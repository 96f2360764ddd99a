import { FOOTPRINT_METRIC_KEYS } from "../metrics/footprint-metrics.ts";
import { METRICS } from "../metrics/metrics.ts";
import type { Period } from "../journal/reading.ts";
import { CRITERIA, type Accounting, type Criterion, type Evidence, type Phase } from "../model/footprint.ts";
import { BOUNDS } from "../model/range.ts";
import { TOKEN_CLASSES, type TokenClass } from "../model/usage.ts";
import type { PhaseAmount, Provenance, ReportEntry } from "./entry.ts";
import { readStatements, shareOfStatements, type Increases } from "./prometheus-statements.ts";
import { scrapedTwice } from "./scraped-twice.ts";
import { queryAt, queryRange, type PrometheusServer, type Sample } from "./prometheus-api.ts";

/** The token classes by the value of `token_type`: `cache_read` for `cacheReadTokens`. */
const TOKEN_TYPES: ReadonlyMap<string, TokenClass> = new Map(
  TOKEN_CLASSES.map((tokenClass) => [
    tokenClass.replace(/Tokens$/, "").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    tokenClass,
  ]),
);

/** Labels that divide a label set's metrics, each its own way. */
const DIVIDING_LABELS = ["outcome", "token_type", "phase", "reason", "usage_source", "evidence"];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Impact = { low: number; central: number; high: number; phases: Partial<Record<Phase, PhaseAmount>> };
interface Draft extends Mutable<
  Omit<ReportEntry, "attributedRequests" | "evidence" | "provenance" | "usage" | "impacts">
> {
  unattributed: number;
  readonly usage: Partial<Record<TokenClass, number>>;
  readonly impacts: Partial<Record<Criterion, Impact>>;
}

/**
 * What a Prometheus-compatible server has counted in a period, in stretches of `bucketSeconds` from its
 * beginning: the `increase` of the counters, which extrapolates between scrapes. Bounds are known for totals
 * only, not for phases; evidence and statements are known by model and shared out over the model's label sets by requests.
 *
 * @throws ConfigurationError when the server cannot be asked
 */
export async function readPrometheusEntries(
  server: PrometheusServer,
  period: Period,
  bucketSeconds: number,
): Promise<ReportEntry[]> {
  const increases: Increases = (metric, suffix) =>
    readIncreases(server, `${METRICS[metric].name}${suffix ?? ""}`, period, bucketSeconds);
  const drafts = new Map<string, Draft>();
  const draftOf = ({ time, labels }: Sample): Draft => {
    const names = Object.fromEntries(Object.entries(labels).filter(([name]) => !DIVIDING_LABELS.includes(name)));
    const key = JSON.stringify([time, ...Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1))]);
    let draft = drafts.get(key);
    if (!draft) {
      draft = {
        startedAt: new Date(time),
        names,
        requests: 0,
        estimatedRequests: 0,
        unattributed: 0,
        usage: {},
        impacts: {},
      };
      drafts.set(key, draft);
    }
    return draft;
  };

  for (const sample of await increases("requests")) draftOf(sample).requests += sample.value;
  for (const sample of await increases("unattributedRequests")) draftOf(sample).unattributed += sample.value;
  for (const sample of await increases("usageRequests")) {
    if (sample.labels["usage_source"] === "estimated") draftOf(sample).estimatedRequests += sample.value;
  }
  for (const sample of await increases("tokens")) {
    const tokenClass = TOKEN_TYPES.get(sample.labels["token_type"] ?? "");
    if (tokenClass) draftOf(sample).usage[tokenClass] = sample.value;
  }
  for (const criterion of CRITERIA) {
    for (const bound of BOUNDS) {
      for (const sample of await increases(FOOTPRINT_METRIC_KEYS[criterion][bound])) {
        const impact = (draftOf(sample).impacts[criterion] ??= { low: 0, central: 0, high: 0, phases: {} });
        impact[bound] += sample.value;
        const { phase } = sample.labels;
        if (bound === "central" && phase !== undefined) impact.phases[phase as Phase] = { central: sample.value };
      }
    }
  }
  const evidence = await readEvidence(increases);
  const statements = await readStatements(increases, modelKey);
  const requestsOf = new Map<string, number>();
  for (const { names, requests } of drafts.values()) {
    requestsOf.set(modelKey(names), (requestsOf.get(modelKey(names)) ?? 0) + requests);
  }
  const provenance = await readProvenance(server, period);
  const doubled = await scrapedTwice(server, period.to, (period.to.getTime() - period.from.getTime()) / 1000);
  return Array.from(drafts.values(), (draft) => {
    const { unattributed, ...entry } = draft;
    const attributedRequests = Math.max(0, entry.requests - unattributed);
    const stated = entry.requests > 0 ? statements.get(modelKey(entry.names)) : undefined;
    const { zone, ...origin } = provenance.get(modelKey(entry.names)) ?? { ...NO_PROVENANCE, zone: undefined };
    return {
      ...entry,
      names: { ...entry.names, zone },
      attributedRequests,
      evidence: shareOut(
        evidence.get(modelKey(entry.names)),
        attributedRequests,
        entry.impacts.co2eGrams?.central ?? 0,
      ),
      ...(stated && {
        statements: shareOfStatements(stated, entry.requests / requestsOf.get(modelKey(entry.names))!),
      }),
      provenance: doubled.length === 0 ? origin : { ...origin, warnings: [...origin.warnings, SCRAPED_TWICE] },
    };
  });
}

/** The increase of a counter in each stretch; `time` is where the stretch begins. The last may be shorter. */
async function readIncreases(
  server: PrometheusServer,
  name: string,
  { from, to }: Period,
  bucketSeconds: number,
): Promise<Sample[]> {
  const expression = (seconds: number) =>
    `sum without (instance, job) (increase(${name}[${Math.round(seconds * 1000)}ms])) > 0`;
  const wholeBuckets = Math.floor((to.getTime() - from.getTime()) / (bucketSeconds * 1000));
  const rest = new Date(from.getTime() + wholeBuckets * bucketSeconds * 1000);
  const samples: Sample[] = [];
  if (wholeBuckets > 0) {
    const firstEnd = new Date(from.getTime() + bucketSeconds * 1000);
    for (const sample of await queryRange(server, expression(bucketSeconds), firstEnd, rest, bucketSeconds)) {
      samples.push({ ...sample, time: sample.time - bucketSeconds * 1000 });
    }
  }
  if (rest < to) {
    const restSeconds = (to.getTime() - rest.getTime()) / 1000;
    for (const sample of await queryAt(server, expression(restSeconds), to)) {
      samples.push({ ...sample, time: rest.getTime() });
    }
  }
  return samples;
}

type EvidenceShares = Map<Evidence, { requests: number; co2eGrams: number }>;

async function readEvidence(increases: Increases): Promise<Map<string, EvidenceShares>> {
  const byModel = new Map<string, EvidenceShares>();
  const metrics = [
    ["attributedRequests", "requests"],
    ["attributedCo2e", "co2eGrams"],
  ] as const;
  for (const [metric, field] of metrics) {
    for (const { labels, value } of await increases(metric)) {
      const shares = byModel.get(modelKey(labels)) ?? (new Map() as EvidenceShares);
      byModel.set(modelKey(labels), shares);
      const evidence = labels["evidence"] as Evidence;
      const share = shares.get(evidence) ?? { requests: 0, co2eGrams: 0 };
      shares.set(evidence, { ...share, [field]: share[field] + value });
    }
  }
  return byModel;
}

function shareOut(shares: EvidenceShares | undefined, requests: number, co2eGrams: number): ReportEntry["evidence"] {
  const all = [...(shares ?? [])];
  const whole = (field: "requests" | "co2eGrams") => all.reduce((sum, [, share]) => sum + share[field], 0) || 1;
  const [allRequests, allGrams] = [whole("requests"), whole("co2eGrams")];
  return Object.fromEntries(
    all.map(([evidence, share]) => [
      evidence,
      { requests: (requests * share.requests) / allRequests, co2eGrams: (co2eGrams * share.co2eGrams) / allGrams },
    ]),
  );
}

/** In the warnings where several targets are one process, so that what it counted is in the sums as often. */
const SCRAPED_TWICE = "scraped_twice";

const NO_PROVENANCE: Provenance = {
  factorIds: [],
  catalogueVersions: [],
  accounting: [],
  warnings: [],
  restatedFrom: [],
};

async function readProvenance(
  server: PrometheusServer,
  { from, to }: Period,
): Promise<Map<string, Provenance & { zone: string | undefined }>> {
  const milliseconds = to.getTime() - from.getTime();
  const samples = await queryAt(server, `last_over_time(${METRICS.modelFactors.name}[${milliseconds}ms])`, to);
  const byModel = new Map<string, Provenance & { zone: string | undefined }>();
  for (const { labels } of samples) {
    const before = byModel.get(modelKey(labels)) ?? { ...NO_PROVENANCE, zone: undefined };
    byModel.set(modelKey(labels), {
      ...before,
      zone: labels["zone"] ?? before.zone,
      factorIds: [...before.factorIds, ...(labels["factors"] ?? "").split(/[,; ]+/).filter((id) => id !== "")],
      catalogueVersions: [...before.catalogueVersions, labels["catalogue_version"] ?? ""].filter((text) => text !== ""),
      accounting: [...before.accounting, labels["accounting"] as Accounting],
    });
  }
  return byModel;
}

const modelKey = (labels: Readonly<Record<string, string | undefined>>): string =>
  JSON.stringify([labels["provider"], labels["model"]]);
