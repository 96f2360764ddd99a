import { ConfigurationError, shown } from "../model/errors.ts";
import type { ReportEntry } from "./entry.ts";
import { summarise, type Summary } from "./summary.ts";

/** A factor as a report lists it, with where it was published. */
export interface FactorReference {
  /** As in the records: `id@version`. */
  readonly id: string;
  readonly title?: string;
  readonly publisher?: string;
  readonly url?: string;
  readonly licence?: string;
  /** ISO 8601 dates. */
  readonly published?: string;
  readonly retrieved?: string;
  /** What the figure covers and leaves out. */
  readonly boundary?: string;
  readonly uncertaintyBasis?: string;
}

export interface ReportRequest {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly groupBy: readonly string[];
  readonly bucketSeconds: number;
  /** What the numbers were read from, for the reader: a path or an address. */
  readonly source: string;
  readonly generatedAt: Date;
  /** The catalogue's SHA-256, in hexadecimal, where it is known. */
  readonly catalogueSha256?: string;
  /** Looks a factor up; undefined for one that the catalogue at hand does not hold. */
  readonly factor?: (id: string) => FactorReference | undefined;
}

export interface ReportLine {
  /** The values that were grouped by, in the order of `groupBy`; undefined where a request has none. */
  readonly group: readonly (string | undefined)[];
  readonly summary: Summary;
}

/** A period's footprint, ready to be written in any format. */
export interface Report extends Omit<ReportRequest, "factor"> {
  /** Largest CO2e first. */
  readonly lines: readonly ReportLine[];
  readonly overall: Summary;
  /** The course of time, without gaps. */
  readonly buckets: readonly { readonly startedAt: Date; readonly summary: Summary }[];
  readonly factors: readonly FactorReference[];
}

/** A stretch that gives a period some dozens of points: an hour up to three days, else a day. */
export const bucketSecondsFor = (from: Date, to: Date): number =>
  to.getTime() - from.getTime() <= 3 * 86_400_000 ? 3600 : 86_400;

/** @throws ConfigurationError when a name in `groupBy` is unknown to every entry */
export function buildReport(entries: readonly ReportEntry[], request: ReportRequest): Report {
  const { factor, ...rest } = request;
  const overall = summarise(entries);
  const known = Object.keys(overall.names);
  for (const name of request.groupBy) {
    if (entries.length > 0 && !known.includes(name)) {
      throw new ConfigurationError("--group-by", `${shown(name)} is unknown`, `Choose among ${known.join(", ")}.`);
    }
  }
  return {
    ...rest,
    lines: linesOf(entries, request.groupBy),
    overall,
    buckets: bucketsOf(entries, request),
    factors: overall.provenance.factorIds.map((id) => factor?.(id) ?? { id }),
  };
}

function linesOf(entries: readonly ReportEntry[], groupBy: readonly string[]): ReportLine[] {
  const groups = Map.groupBy(entries, ({ names }) => JSON.stringify(groupBy.map((name) => names[name] ?? null)));
  const lines = Array.from(groups.values(), (group) => ({
    group: groupBy.map((name) => group[0]!.names[name]),
    summary: summarise(group),
  }));
  const grams = ({ summary }: ReportLine) => summary.impacts.co2eGrams?.central ?? -1;
  return lines.sort((a, b) => grams(b) - grams(a) || b.summary.requests - a.summary.requests);
}

function bucketsOf(entries: readonly ReportEntry[], { from, to, bucketSeconds }: ReportRequest): Report["buckets"] {
  const size = bucketSeconds * 1000;
  const bucketOf = (time: Date) => Math.floor(time.getTime() / size) * size;
  const groups = Map.groupBy(entries, ({ startedAt }) => bucketOf(startedAt));
  const buckets = [];
  for (let start = bucketOf(from); start < to.getTime(); start += size) {
    buckets.push({ startedAt: new Date(start), summary: summarise(groups.get(start) ?? []) });
  }
  return buckets;
}
