import type { Temporal } from "temporal-polyfill";

import { temporal } from "../../lazy/temporal.ts";

export const CALENDAR_UNITS = ["day", "week", "month", "quarter", "year"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** In the order of ISO 8601, which numbers Monday 1. */
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The time over which a budget's limit holds. */
export type Window = CalendarWindow | { readonly kind: "rolling"; readonly durationSeconds: number };

export interface CalendarWindow {
  readonly kind: "calendar";
  readonly unit: CalendarUnit;
  readonly timeZone: string;
  /** The day that a week begins on. @default "monday" */
  readonly weekStart?: Weekday | undefined;
}

/** A window as it is written: `month Europe/Paris`, `week UTC from sunday`, `rolling 86400s`. */
export function nameOfWindow(window: Window): string {
  if (window.kind === "rolling") return `rolling ${window.durationSeconds}s`;
  const { unit, timeZone, weekStart = "monday" } = window;
  return `${unit} ${timeZone}${unit === "week" && weekStart !== "monday" ? ` from ${weekStart}` : ""}`;
}

/**
 * An instant's place in a window. Times are milliseconds since the epoch. Spend is kept in slots: a rolling window moves
 * on slot by slot, and the recent rate is read from them.
 */
export interface Position {
  /** By the store's clock, in milliseconds since 1970. */
  readonly now: number;
  /** Spend in slots from here on counts. */
  readonly windowStart: number;
  /** When all that is spent by now will have left the window. */
  readonly windowEnd: number;
  /** The slot that `now` lies in. */
  readonly slot: number;
  /** How long each slot of a rolling window is. */
  readonly slotMilliseconds: number;
  /** Slots before this are of no more use. */
  readonly keepFrom: number;
}

/** Slots in a window: a rolling window holds on to spend for up to 1/60 longer than its duration, never shorter. */
const SLOTS_PER_WINDOW = 60;

/** The recent rate is taken over a tenth of the window: three days of a month, past the waves of day and night. */
const RATE_SLOTS = SLOTS_PER_WINDOW / 10;

/** Spend in slots from here on makes the recent rate. */
export const rateFrom = ({ slot, slotMilliseconds }: Pick<Position, "slot" | "slotMilliseconds">): number =>
  slot - RATE_SLOTS * slotMilliseconds;

/** Finds the position of an instant in a window. */
export type WindowClock = (now: number) => Position;

/** Finds positions in one window; remembers the calendar's last answer, which holds until the window ends. */
export function windowClock(window: Window): WindowClock {
  if (window.kind === "rolling") return (now) => rollingPosition(window.durationSeconds * 1000, now);
  const { unit, timeZone, weekStart } = window;
  let start = Infinity;
  let end = -Infinity;
  return (now) => {
    if (now < start || now >= end) [start, end] = calendarWindow(unit, timeZone, now, weekStart);
    return calendarPosition(start, end, now);
  };
}

/** The first instant of the calendar window around `now`, and of the next one, in local time. */
export function calendarWindow(
  unit: CalendarUnit,
  timeZone: string,
  now: number,
  weekStart: Weekday = "monday",
): [start: number, end: number] {
  const today = temporal().Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timeZone).toPlainDate();
  const first = firstDay(unit, today, weekStart);
  const next = first.add(unit === "quarter" ? { months: 3 } : { [`${unit}s`]: 1 });
  return [first, next].map((date) => date.toZonedDateTime({ timeZone }).epochMilliseconds) as [number, number];
}

function firstDay(unit: CalendarUnit, today: Temporal.PlainDate, weekStart: Weekday): Temporal.PlainDate {
  switch (unit) {
    case "day":
      return today;
    case "week":
      return today.subtract({ days: (today.dayOfWeek - (WEEKDAYS.indexOf(weekStart) + 1) + 7) % 7 });
    case "month":
      return today.with({ day: 1 });
    case "quarter":
      return today.with({ month: today.month - ((today.month - 1) % 3), day: 1 });
    case "year":
      return today.with({ month: 1, day: 1 });
  }
}

function calendarPosition(windowStart: number, windowEnd: number, now: number): Position {
  const slotMilliseconds = (windowEnd - windowStart) / SLOTS_PER_WINDOW;
  return {
    now,
    windowStart,
    windowEnd,
    slot: windowStart + Math.floor((now - windowStart) / slotMilliseconds) * slotMilliseconds,
    slotMilliseconds,
    keepFrom: rateFrom({ slot: windowStart, slotMilliseconds }),
  };
}

function rollingPosition(duration: number, now: number): Position {
  // Whole milliseconds: a fraction of one rounds, and a slot could begin after the instant that it holds.
  const slotMilliseconds = Math.floor(duration / SLOTS_PER_WINDOW);
  const slot = Math.floor(now / slotMilliseconds) * slotMilliseconds;
  const windowStart = slot - duration;
  return {
    now,
    windowStart,
    windowEnd: slot + duration + slotMilliseconds,
    slot,
    slotMilliseconds,
    keepFrom: windowStart,
  };
}
