import { ConfigurationError, shown } from "../model/errors.ts";
import type { JournalOrigin } from "../journal/imports/origin-reading.ts";
import type { ReportEntry } from "./entry.ts";
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

/** Another period, in the same lines. */
export interface Comparison {
  readonly title: string;
  readonly overall: Summary;
  readonly lines: readonly ReportLine[];
}

export interface ReportLine {
  /** The values that were grouped by, in the order of `groupBy`; undefined where a request has none. */
  readonly group: readonly (string | undefined)[];
  readonly summary: Summary;
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
  /** The course of time, without gaps. */
  readonly buckets: readonly { readonly startedAt: Date; readonly summary: Summary }[];
  readonly factors: readonly FactorReference[];
}

/** A stretch that gives a period some dozens of points: an hour up to three days, else a day. */
export const bucketSecondsFor = (from: Date, to: Date): number =>
  to.getTime() - from.getTime() <= 3 * 86_400_000 ? 3600 : 86_400;

/** Names that every entry has by its time. */
const CALENDAR_NAMES = ["day", "month"];

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
  const dated = groupBy.some((name) => CALENDAR_NAMES.includes(name)) ? withCalendar(entries, timeZone) : entries;
  const days = new Set(
    entries.filter(({ requests }) => requests > 0).map(({ startedAt }) => dayIn(startedAt, timeZone)),
  );
  return {
    ...rest,
    lines: linesOf(dated, groupBy),
    subtotals: groupBy.length > 1 ? linesOf(dated, groupBy.slice(0, 1)) : [],
    overall,
    buckets: bucketsOf(entries, request),
    emptyDays: daysOf(request).filter((day) => !days.has(day)),
    factors: overall.provenance.factorIds.map((id) => factor?.(id) ?? { id }),
  };
}

const withCalendar = (entries: readonly ReportEntry[], timeZone: string): ReportEntry[] =>
  entries.map((entry) => {
    const day = dayIn(entry.startedAt, timeZone);
    return { ...entry, names: { day, month: day.slice(0, 7), ...entry.names } };
  });

/** The days of a period that have begun when the report is written. */
function daysOf({ from, to, timeZone = "UTC", generatedAt }: ReportRequest): string[] {
  const end = Math.min(to.getTime(), generatedAt.getTime());
  const days = new Set<string>();
  for (let at = from.getTime(); at < end; at += DAY_MILLISECONDS / 2) days.add(dayIn(new Date(at), timeZone));
  return [...days];
}

const DAY_MILLISECONDS = 86_400_000;

function linesOf(entries: readonly ReportEntry[], groupBy: readonly string[]): ReportLine[] {
  const groups = Map.groupBy(entries, ({ names }) => JSON.stringify(groupBy.map((name) => names[name] ?? null)));
  const lines = Array.from(groups.values(), (group) => ({
    group: groupBy.map((name) => group[0]!.names[name]),
    summary: summarise(group),
  }));
  const dated = groupBy.findIndex((name) => CALENDAR_NAMES.includes(name));
  if (dated !== -1) {
    const textOf = ({ group }: ReportLine): string => [group[dated], ...group].join("\n");
    return lines.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  }
  const grams = ({ summary }: ReportLine) => summary.impacts.co2eGrams?.central ?? -1;
  return lines.sort((a, b) => grams(b) - grams(a) || b.summary.requests - a.summary.requests);
}

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
