import { ConfigurationError, shown } from "../model/errors.ts";
import type { JournalOrigin } from "../journal/imports/origin-reading.ts";
import type { Comparison } from "./comparison.ts";
import type { ReportEntry } from "./entry.ts";
import { CALENDAR_NAMES, linesOf, type ReportLine } from "./lines.ts";
import { dayIn } from "./report-period.ts";
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
  /** For people, such as `October 2026`. @default the first and last day */
  readonly title?: string;
  /** By which days are told apart, as an IANA name. @default UTC */
  readonly timeZone?: string;
  /** Whose footprint it is, and who wrote the report. */
  readonly organisation?: string | undefined;
  readonly preparedBy?: string | undefined;
  /** Where the activity data come from; undefined where the source does not know. */
  readonly activity?: ActivityData | undefined;
  /** The period that this one is compared with. */
  readonly comparison?: Comparison | undefined;
  /** The catalogue's SHA-256, in hexadecimal, where it is known. */
  readonly catalogueSha256?: string;
  /** Looks a factor up; undefined for one that the catalogue at hand does not hold. */
  readonly factor?: (id: string) => FactorReference | undefined;
}

/** Where the requests of a period were counted. */
export interface ActivityData {
  readonly origins: readonly JournalOrigin[];
  /** When the first and the last request began. */
  readonly extent: { readonly first: Date; readonly last: Date } | undefined;
}

/** A period's footprint, ready to be written in any format. */
export interface Report extends Omit<ReportRequest, "factor"> {
  /** Largest CO2e first; by time where days or months are told apart. */
  readonly lines: readonly ReportLine[];
  /** Where several names are grouped by, the sums by the first of them. */
  readonly subtotals: readonly ReportLine[];
  /** Days of the period up to now without a request. */
  readonly emptyDays: readonly string[];
  readonly overall: Summary;
  /** By provider and model, what was stated and how it compares with the factors; empty where nothing was stated. */
  readonly stated: readonly ReportLine[];
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
  const { groupBy, timeZone = "UTC" } = request;
  const overall = summarise(entries);
  const known = Object.keys(overall.names);
  for (const name of groupBy) {
    if (entries.length > 0 && ![...known, ...CALENDAR_NAMES].includes(name)) {
      throw new ConfigurationError(
        "--group-by",
        `${shown(name)} is unknown`,
        `Choose among ${known.join(", ")}. Or by time: ${CALENDAR_NAMES.join(", ")}.`,
      );
    }
  }
  const days = new Set(
    entries.filter(({ requests }) => requests > 0).map(({ startedAt }) => dayIn(startedAt, timeZone)),
  );
  return {
    ...rest,
    lines: linesOf(entries, groupBy, timeZone),
    subtotals: groupBy.length > 1 ? linesOf(entries, groupBy.slice(0, 1), timeZone) : [],
    overall,
    stated: linesOf(
      entries.filter(({ statements }) => statements !== undefined),
      ["provider", "model"],
      timeZone,
    ),
    buckets: bucketsOf(entries, request),
    emptyDays: daysOf(request).filter((day) => !days.has(day)),
    factors: overall.provenance.factorIds.map((id) => factor?.(id) ?? { id }),
  };
}

/** The days of a period that have begun when the report is written. */
function daysOf({ from, to, timeZone = "UTC", generatedAt }: ReportRequest): string[] {
  const end = Math.min(to.getTime(), generatedAt.getTime());
  const days = new Set<string>();
  for (let at = from.getTime(); at < end; at += DAY_MILLISECONDS / 2) days.add(dayIn(new Date(at), timeZone));
  return [...days];
}

const DAY_MILLISECONDS = 86_400_000;

function bucketsOf(entries: readonly ReportEntry[], request: ReportRequest): Report["buckets"] {
  const { from, to, bucketSeconds, timeZone = "UTC" } = request;
  if (bucketSeconds >= 86_400 && timeZone !== "UTC") {
    const groups = Map.groupBy(entries, ({ startedAt }) => dayIn(startedAt, timeZone));
    return daysOf({ ...request, generatedAt: to }).map((day) => ({
      startedAt: new Date(`${day}T00:00:00Z`),
      summary: summarise(groups.get(day) ?? []),
    }));
  }
  const size = bucketSeconds * 1000;
  const bucketOf = (time: Date) => Math.floor(time.getTime() / size) * size;
  const groups = Map.groupBy(entries, ({ startedAt }) => bucketOf(startedAt));
  const buckets = [];
  for (let start = bucketOf(from); start < to.getTime(); start += size) {
    buckets.push({ startedAt: new Date(start), summary: summarise(groups.get(start) ?? []) });
  }
  return buckets;
}
