import type { ReportEntry } from "./entry.ts";
import { dayIn } from "./report-period.ts";
import { summarise, type Summary } from "./summary.ts";

export interface ReportLine {
  /** The values that were grouped by, in the order of `groupBy`; undefined where a request has none. */
  readonly group: readonly (string | undefined)[];
  readonly summary: Summary;
}

/** Names that every entry has by its time. */
export const CALENDAR_NAMES = ["day", "month"];

/** What a line is told from others by. */
export const lineKey = (group: readonly (string | undefined)[]): string =>
  JSON.stringify(group.map((value) => value ?? null));

/** Entries by the line that they are in. */
export function entriesByLine(
  entries: readonly ReportEntry[],
  groupBy: readonly string[],
  timeZone: string,
): Map<string, ReportEntry[]> {
  const dated = groupBy.some((name) => CALENDAR_NAMES.includes(name)) ? withCalendar(entries, timeZone) : entries;
  return Map.groupBy(dated, ({ names }) => lineKey(groupBy.map((name) => names[name])));
}

const withCalendar = (entries: readonly ReportEntry[], timeZone: string): ReportEntry[] =>
  entries.map((entry) => {
    const day = dayIn(entry.startedAt, timeZone);
    return { ...entry, names: { day, month: day.slice(0, 7), ...entry.names } };
  });

/** Largest CO2e first; by time where days or months are told apart. */
export function linesOf(entries: readonly ReportEntry[], groupBy: readonly string[], timeZone: string): ReportLine[] {
  const groups = entriesByLine(entries, groupBy, timeZone);
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
