/** What a clock on the wall shows. Months from 1. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Whether a day exists; 24:00 is the end of it. */
export function isOnCalendar({ year, month, day, hour, minute, second }: WallClock): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return false;
  return (hour < 24 || (hour === 24 && minute === 0 && second === 0)) && minute < 60 && second <= 60;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in a time zone shows at a moment. @throws RangeError for a time zone that does not exist */
export function wallClockAt(date: Date, timeZone: string): WallClock {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(date)) part[type] = Number(value);
  const { year, month, day, hour, minute, second } = part as unknown as WallClock;
  return { year, month, day, hour, minute, second };
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClockAt(new Date(moment), timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

/**
 * When a clock in a time zone shows this, in milliseconds since 1970. Of an hour that comes twice, the first; an hour
 * that is left out is read with the offset before it.
 *
 * @throws RangeError for a time zone that does not exist
 */
export function inTimeZone(clock: WallClock, timeZone: string): number {
  const { first, before } = momentsInTimeZone(clock, timeZone);
  return first ?? before;
}

/**
 * Every moment at which a clock in a time zone shows this, in milliseconds since 1970: `second` where the hour comes
 * twice, none where it is left out; and when it would be with the offset of the day before.
 *
 * @throws RangeError for a time zone that does not exist
 */
export function momentsInTimeZone(
  { year, month, day, hour, minute, second }: WallClock,
  timeZone: string,
): { readonly first?: number; readonly second?: number; readonly before: number } {
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  const [before, after] = [-1, 1].map((days) => utc - offsetAt(utc + days * 86_400_000, timeZone)) as [number, number];
  const fits = [...new Set([before, after])].filter((moment) => utc - offsetAt(moment, timeZone) === moment);
  const [first, last] = fits.sort((a, b) => a - b);
  return { before, ...(first !== undefined && { first }), ...(last !== undefined && { second: last }) };
}
