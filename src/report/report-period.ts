import { ConfigurationError, shown } from "../model/errors.ts";
import { inTimeZone, isOnCalendar, wallClockAt, type WallClock } from "../model/wall-clock.ts";

/** The period of a report, by the calendar of a time zone. */
export interface ReportPeriod {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** For people: `October 2026`, or its first and last day. */
  readonly title: string;
  /** An IANA name. */
  readonly timeZone: string;
}

/** A period as it is asked for; at most one of month, quarter and year, or the two ends. */
export interface PeriodRequest {
  /** Such as `2026-10`. */
  readonly month?: string | undefined;
  /** Such as `2026-Q3`. */
  readonly quarter?: string | undefined;
  /** Such as `2026`. */
  readonly year?: string | undefined;
  /** A day, a month, a moment in ISO 8601, or `30d` or `12h` before now. */
  readonly from?: string | undefined;
  /** The same; a day or a month is inside the period. */
  readonly to?: string | undefined;
  /** @default UTC */
  readonly timeZone?: string | undefined;
}

const DAY_MILLISECONDS = 86_400_000;
const DEFAULT_DAYS = 30;

/** @throws ConfigurationError for an invalid period */
export function reportPeriod(request: PeriodRequest, now: Date): ReportPeriod {
  const { month, quarter, year, from, to, timeZone = "UTC" } = request;
  checkTimeZone(timeZone);
  const calendar = [month, quarter, year].filter((each) => each !== undefined);
  if (calendar.length > 1 || (calendar.length === 1 && (from ?? to) !== undefined)) {
    throw new ConfigurationError(
      "report",
      "expected one period, got several",
      "Give --month, --quarter, --year, or --from and --to.",
    );
  }
  if (month !== undefined) return months(monthOf(month, /^(\d{4})-(\d\d)$/, "--month", "2026-10"), 1, timeZone);
  if (quarter !== undefined) {
    const [of, number] = monthOf(quarter, /^(\d{4})-?Q([1-4])$/i, "--quarter", "2026-Q3");
    return months([of, number * 3 - 2], 3, timeZone);
  }
  if (year !== undefined) return months([monthOf(year, /^(\d{4})()$/, "--year", "2026")[0], 1], 12, timeZone);
  const start =
    from === undefined
      ? new Date(now.getTime() - DEFAULT_DAYS * DAY_MILLISECONDS)
      : edge(from, "--from", 0, timeZone, now);
  const end = to === undefined ? now : edge(to, "--to", 1, timeZone, now);
  if (start >= end) throw new ConfigurationError("--from", "expected a time before --to", "Give an earlier time.");
  return { from: start, to: end, title: titleOf(start, end, timeZone), timeZone };
}

/** The period of the same kind before: the month before a month, or as many days. */
export function periodBefore({ from, to, timeZone }: ReportPeriod): ReportPeriod {
  const [first, last] = [wallClockAt(from, timeZone), wallClockAt(to, timeZone)];
  const whole = [first, last].every(({ day, hour, minute, second }) => day === 1 && hour + minute + second === 0);
  const count = (last.year - first.year) * 12 + last.month - first.month;
  if (whole && count > 0) return months(shifted(first, -count), count, timeZone);
  const before = new Date(from.getTime() - (to.getTime() - from.getTime()));
  return { from: before, to: from, title: titleOf(before, from, timeZone), timeZone };
}

function monthOf(text: string, pattern: RegExp, option: string, example: string): [year: number, number: number] {
  const match = pattern.exec(text);
  const number = Number(match?.[2] || 1);
  if (!match || number < 1 || number > 12) {
    throw new ConfigurationError(
      option,
      `expected a period such as ${example}, got ${shown(text)}`,
      `Write ${example}.`,
    );
  }
  return [Number(match[1]), number];
}

/** @param first the year and its first month, from 1 */
function months(first: readonly [year: number, month: number], count: number, timeZone: string): ReportPeriod {
  const at = ([year, month]: readonly [number, number]): Date =>
    new Date(inTimeZone({ year, month, day: 1, hour: 0, minute: 0, second: 0 }, timeZone));
  const [from, to] = [at(first), at(shifted({ year: first[0], month: first[1] }, count))];
  const [year, month] = first;
  const name = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
  const title =
    count === 1
      ? name.format(Date.UTC(year, month - 1))
      : count === 3 && month % 3 === 1
        ? `Q${(month + 2) / 3} ${year}`
        : count === 12 && month === 1
          ? String(year)
          : titleOf(from, to, timeZone);
  return { from, to, title: timeZone === "UTC" ? title : `${title} (${timeZone})`, timeZone };
}

function shifted({ year, month }: Pick<WallClock, "year" | "month">, by: number): [number, number] {
  const count = year * 12 + month - 1 + by;
  return [Math.floor(count / 12), (count % 12) + 1];
}

/** @param inside how many of the days or months that are named lie before the edge */
function edge(text: string, option: string, inside: 0 | 1, timeZone: string, now: Date): Date {
  const [, ago, unit] = /^(\d+)([dh])$/.exec(text) ?? [];
  if (ago !== undefined) return new Date(now.getTime() - Number(ago) * (unit === "d" ? DAY_MILLISECONDS : 3_600_000));
  const [, year, month, day, hour, minute, second, zone] =
    /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/.exec(text) ?? [];
  const clock = {
    year: Number(year),
    month: Number(month),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  };
  if (year === undefined || !isOnCalendar(clock)) {
    throw new ConfigurationError(
      option,
      `expected a time, got ${shown(text)}`,
      "Expected a time such as 2026-11-01, 2026-11-01T12:00Z or 30d.",
    );
  }
  if (zone !== undefined) return new Date(text.replace(" ", "T"));
  if (hour !== undefined) return new Date(inTimeZone(clock, timeZone));
  if (day === undefined) {
    const [ofYear, ofMonth] = shifted(clock, inside);
    return new Date(inTimeZone({ ...clock, year: ofYear, month: ofMonth }, timeZone));
  }
  const next = new Date(Date.UTC(clock.year, clock.month - 1, clock.day + inside));
  return new Date(
    inTimeZone(
      { ...clock, year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() },
      timeZone,
    ),
  );
}

function checkTimeZone(timeZone: string): void {
  try {
    wallClockAt(new Date(0), timeZone);
  } catch (cause) {
    throw new ConfigurationError(
      "--time-zone",
      `expected a time zone, got ${shown(timeZone)}`,
      "Give an IANA name such as Europe/Paris.",
      { cause },
    );
  }
}

/** A day, such as `2026-10-05`, as a clock in the time zone shows it. */
export function dayIn(date: Date, timeZone: string): string {
  if (timeZone === "UTC") return date.toISOString().slice(0, 10);
  const { year, month, day } = wallClockAt(date, timeZone);
  return [String(year).padStart(4, "0"), ...[month, day].map((part) => String(part).padStart(2, "0"))].join("-");
}

function momentIn(date: Date, timeZone: string): string {
  const { hour, minute } = wallClockAt(date, timeZone);
  return `${dayIn(date, timeZone)} ${[hour, minute].map((part) => String(part).padStart(2, "0")).join(":")}`;
}

/** The first and the last day where both are whole, else the two moments. */
function titleOf(from: Date, to: Date, timeZone: string): string {
  const isMidnight = (date: Date): boolean =>
    momentIn(date, timeZone).endsWith(" 00:00") && date.getTime() % 60_000 === 0;
  if (isMidnight(from) && isMidnight(to)) {
    const [first, last] = [dayIn(from, timeZone), dayIn(new Date(to.getTime() - 1), timeZone)];
    const days = first === last ? first : `${first} to ${last}`;
    return timeZone === "UTC" ? days : `${days} (${timeZone})`;
  }
  return `${momentIn(from, timeZone)} to ${momentIn(to, timeZone)} ${timeZone}`;
}
