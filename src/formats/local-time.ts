import { momentsInTimeZone, type WallClock } from "../model/wall-clock.ts";
import { RejectedRecord } from "./rejected-record.ts";

/** How times without a zone are read. */
export interface LocalTime {
  /** An IANA name: where the clock stood that wrote them. @default UTC */
  readonly timeZone?: string;
  /** Which is meant where an hour comes twice, because the clocks were put back. @default neither */
  readonly repeatedHour?: "first" | "second";
}

/**
 * When a clock showed this, in milliseconds since 1970.
 *
 * @param isDay whether only a day is given, which begins with its first moment
 * @throws RejectedRecord for an hour that comes twice, unless it is said which is meant, and for one that is left out
 */
export function localMoment(clock: WallClock, { timeZone, repeatedHour }: LocalTime, isDay: boolean): number {
  if (timeZone === undefined) {
    return Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second);
  }
  const { first, second, before } = momentsInTimeZone(clock, timeZone);
  if (isDay) return first ?? before;
  if (first === undefined)
    throw new RejectedRecord(`the time is in an hour that ${timeZone} leaves out; check --time-zone`);
  if (second === undefined) return first;
  if (repeatedHour === undefined)
    throw new RejectedRecord(`the time is in an hour that ${timeZone} has twice; say which with --repeated-hour`);
  return repeatedHour === "first" ? first : second;
}
