import { ConfigurationError, shown } from "../model/errors.ts";
import { isOnCalendar, type WallClock } from "../model/wall-clock.ts";
import { localMoment, type LocalTime } from "./local-time.ts";

/** A way of writing times that is neither ISO 8601 nor seconds since 1970. */
export interface DateFormat {
  /** Milliseconds since 1970; undefined for a text in another format. */
  read(text: string, local: LocalTime): number | undefined;
}

type Part = keyof WallClock | "fraction" | "half" | "zone";

/** What a format is made of, longest first. */
const TOKENS: readonly (readonly [token: string, part: Part, pattern: string])[] = [
  ["YYYY", "year", "\\d{4}"],
  ["MMM", "month", "[A-Za-zÀ-ž]{3,9}\\.?"],
  ["SSS", "fraction", "\\d{1,9}"],
  ["YY", "year", "\\d{2}"],
  ["MM", "month", "\\d{1,2}"],
  ["DD", "day", "\\d{1,2}"],
  ["HH", "hour", "\\d{1,2}"],
  ["hh", "hour", "\\d{1,2}"],
  ["mm", "minute", "\\d{2}"],
  ["ss", "second", "\\d{2}"],
  ["M", "month", "\\d{1,2}"],
  ["D", "day", "\\d{1,2}"],
  ["H", "hour", "\\d{1,2}"],
  ["h", "hour", "\\d{1,2}"],
  ["A", "half", "[AaPp]\\.?[Mm]\\.?"],
  ["Z", "zone", "Z|[+-]\\d{2}:?\\d{2}"],
];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** What may follow a format that gives the day only. */
const TIME_OF_DAY =
  "(?:[T ,]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d+))?)?(?: ?(?<half>[AaPp]\\.?[Mm]\\.?))?)?";

/** Days before 1970 in a spreadsheet's count of days, whose day 60 never was. */
const SPREADSHEET_EPOCH_DAYS = 25_569;

/**
 * @param format such as `DD/MM/YYYY` or `MM/DD/YYYY hh:mm A`, or `excel` for a spreadsheet's serial dates; a time of
 *   day may follow a format that has none
 * @throws ConfigurationError for a format that does not give a day
 */
export function dateFormat(format: string): DateFormat {
  if (format.toLowerCase() === "excel") return { read: fromSpreadsheet };
  const pattern = patternOf(format);
  return {
    read(text, local) {
      const groups = pattern.exec(text.trim())?.groups;
      return groups && momentIn(groups, local);
    },
  };
}

function patternOf(format: string): RegExp {
  let [pattern, rest] = ["", format];
  const parts = new Set<Part>();
  while (rest !== "") {
    const token = TOKENS.find(([text]) => rest.startsWith(text));
    if (token) {
      parts.add(token[1]);
      pattern += `(?<${token[1]}>${token[2]})`;
      rest = rest.slice(token[0].length);
    } else {
      pattern += rest[0]!.replace(/[^\w\s]/, "\\$&");
      rest = rest.slice(1);
    }
  }
  if (!["year", "month", "day"].every((part) => parts.has(part as Part))) {
    throw new ConfigurationError(
      "--date-format",
      `${shown(format)} does not give year, month and day`,
      "Write it with YYYY, MM, DD, HH, mm, ss, A and Z, such as DD/MM/YYYY, or excel.",
    );
  }
  return new RegExp(`^${pattern}${parts.has("hour") ? "" : TIME_OF_DAY}$`);
}

function momentIn(groups: Readonly<Record<string, string | undefined>>, local: LocalTime): number | undefined {
  const number = (part: Part): number => Number(groups[part] ?? 0);
  const month = MONTHS.indexOf((groups["month"] ?? "").slice(0, 3).toLowerCase()) + 1 || number("month");
  const year = groups["year"]!.length === 2 ? 2000 + number("year") : number("year");
  const half = groups["half"]?.[0]?.toLowerCase();
  const hour = half === undefined ? number("hour") : (number("hour") % 12) + (half === "p" ? 12 : 0);
  const clock = { year, month, day: number("day"), hour, minute: number("minute"), second: number("second") };
  if (!isOnCalendar(clock)) return undefined;
  const fraction = groups["fraction"] === undefined ? 0 : Number(`0.${groups["fraction"]}`) * 1000;
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(groups["zone"] ?? "");
  if (groups["zone"] === undefined) return localMoment(clock, local, groups["hour"] === undefined) + fraction;
  const [, sign, hours = 0, minutes = 0] = offset ?? [];
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  return Date.UTC(year, month - 1, clock.day, hour, clock.minute, clock.second) + fraction - ahead;
}

function fromSpreadsheet(text: string, local: LocalTime): number | undefined {
  if (!/^\d{5}(?:[.,]\d+)?$/.test(text)) return undefined;
  const days = Number(text.replace(",", "."));
  const shown = new Date(Math.round((days - SPREADSHEET_EPOCH_DAYS) * 86_400) * 1000);
  const clock = {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
  return localMoment(clock, local, /^\d+$/.test(text));
}
