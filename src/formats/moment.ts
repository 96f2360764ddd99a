import { ConfigurationError, shown } from "../model/errors.ts";
import { localMoment, type LocalTime } from "./local-time.ts";
import { scalarText } from "./scalar-text.ts";
import { dateFormat, type DateFormat } from "./date-format.ts";
import { RejectedRecord } from "./rejected-record.ts";
import { inTimeZone, isOnCalendar, type WallClock } from "../model/wall-clock.ts";

/** How times are written. */
export interface DateNotation extends LocalTime {
  /** Of times that are neither ISO 8601 nor seconds since 1970. */
  readonly format?: DateFormat;
}

/** No language model was called over an interface before; such times are wrong. */
const EARLIEST = Date.UTC(2015, 0, 1);
const DAY_MILLISECONDS = 86_400_000;
const HOUR_MILLISECONDS = 3_600_000;

const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?(?: UTC)?)?$/i;
const USUAL = /^\d{4}-\d\d-(?:[01]\d|2[0-8])T\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;
const ISO_BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?:[.,](\d+))?(Z|[+-]\d\d:?(?:\d\d)?)?$/i;
/** As HTTP and mail write them: the month in letters, and the zone. */
const MAIL = /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})$/i;
const DIGITS = /^\d+(?:\.\d+)?$/;

/** @throws ConfigurationError for a format or a time zone that does not exist */
export function dateNotation({ format, ...local }: { format?: string } & LocalTime): DateNotation {
  const { timeZone } = local;
  if (timeZone !== undefined) {
    try {
      inTimeZone({ year: 2020, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, timeZone);
    } catch (cause) {
      throw new ConfigurationError(
        "--time-zone",
        `${shown(timeZone)} is not a time zone`,
        "Give an IANA name such as Europe/Paris.",
        { cause },
      );
    }
  }
  return { ...(format !== undefined && { format: dateFormat(format) }), ...local };
}

/**
 * A moment in milliseconds since 1970: ISO 8601 (in the notation's time zone where it has none), or seconds,
 * milliseconds, microseconds or nanoseconds since 1970, told apart by their size; or in the notation's own format.
 *
 * @param name of the field, for the reason
 * @param now milliseconds since 1970
 * @throws RejectedRecord for anything else, before 2015, or later than tomorrow
 */
export function momentOf(value: unknown, name: string, notation: DateNotation, now: number): number {
  const { format } = notation;
  const text = typeof value === "string" ? value.trim() : value;
  if (text === undefined || text === null || text === "") throw new RejectedRecord(`${name} is missing`);
  const moment = format ? format.read(scalarText(text) ?? "", notation) : standard(text, notation);
  if (moment === undefined || !Number.isFinite(moment)) {
    throw new RejectedRecord(
      format
        ? `${name} is not in the given --date-format`
        : `${name} is not a time in ISO 8601 or seconds since 1970; say how it is written with --date-format`,
    );
  }
  if (moment < EARLIEST) throw new RejectedRecord(`${name} is before 2015; say how it is written with --date-format`);
  if (moment > now + DAY_MILLISECONDS) throw new RejectedRecord(`${name} is later than tomorrow`);
  return moment;
}

function standard(value: unknown, local: LocalTime): number | undefined {
  if (typeof value === "number") return sinceEpoch(value);
  if (typeof value !== "string") return undefined;
  // The usual form, on a day that every month has.
  if (USUAL.test(value)) return Date.parse(value);
  if (DIGITS.test(value)) return sinceEpoch(Number(value));
  const parts = ISO.exec(value) ?? ISO_BASIC.exec(value);
  if (parts) return isoMoment(parts, local);
  return MAIL.test(value) ? Date.parse(value) : undefined;
}

function sinceEpoch(value: number): number {
  let moment = value < 1e11 ? value * 1000 : value;
  while (moment > 1e14) moment /= 1000;
  return moment;
}

function isoMoment(parts: readonly (string | undefined)[], local: LocalTime): number | undefined {
  const [year, month, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const clock: WallClock = { year: year!, month: month!, day, hour, minute, second };
  if (!isOnCalendar(clock)) return undefined;
  const fraction = parts[7] === undefined ? 0 : Number(`0.${parts[7]}`) * 1000;
  const zone = parts[8]?.replace(/ UTC$/i, "");
  if (zone === undefined) return localMoment(clock, local, parts[4] === undefined) + fraction;
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  const [, sign, hours = 0, minutes = 0] = offset ?? [];
  const ahead = (Number(hours) + Number(minutes) / 60) * HOUR_MILLISECONDS * (sign === "-" ? -1 : 1);
  return Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second) + fraction - ahead;
}
