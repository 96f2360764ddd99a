import { temporal } from "../../lazy/temporal.ts";

export const CALENDAR_UNITS = ["day", "week", "month"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** The time over which a budget's limit holds. Weeks begin on Monday. */
export type Window =
  | { readonly kind: "calendar"; readonly unit: CalendarUnit; readonly timeZone: string }
  | { readonly kind: "rolling"; readonly durationSeconds: number };

/** A window as it is written: `month Europe/Paris`, `rolling 86400s`. */
export const nameOfWindow = (window: Window): string =>
  window.kind === "calendar" ? `${window.unit} ${window.timeZone}` : `rolling ${window.durationSeconds}s`;

/**
 * An instant's place in a window. Times are milliseconds since the epoch. Spend is kept in slots: a rolling window moves
 * on slot by slot, and the recent rate is read from them.
 */
export interface Position {
  readonly now: number;
  /** Spend in slots from here on counts. */
  readonly windowStart: number;
  /** When all that is spent by now will have left the window. */
  readonly windowEnd: number;
  /** The slot that `now` lies in. */
  readonly slot: number;
  readonly slotMilliseconds: number;
  /** Slots before this are of no more use. */
  readonly keepFrom: number;
}

/** Slots in a window: a rolling window holds on to spend for up to 1/60 longer than its duration, never shorter. */
const SLOTS_PER_WINDOW = 60;

/** The recent rate is taken over a tenth of the window: three days of a month, past the waves of day and night. */
export const RATE_SLOTS = SLOTS_PER_WINDOW / 10;

/** Finds positions in one window; remembers the calendar's last answer, which holds until the window ends. */
export function windowClock(window: Window): (now: number) => Position {
  if (window.kind === "rolling") return (now) => rollingPosition(window.durationSeconds * 1000, now);
  let start = Infinity;
  let end = -Infinity;
  return (now) => {
    if (now < start || now >= end) [start, end] = calendarWindow(window.unit, window.timeZone, now);
    return calendarPosition(start, end, now);
  };
}

/** The first instant of the calendar window around `now`, and of the next one, in local time. */
export function calendarWindow(unit: CalendarUnit, timeZone: string, now: number): [start: number, end: number] {
  const today = temporal().Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timeZone).startOfDay();
  const first =
    unit === "day"
      ? today
      : unit === "week"
        ? today.subtract({ days: today.dayOfWeek - 1 }).startOfDay()
        : today.with({ day: 1 }).startOfDay();
  const next = first
    .toPlainDate()
    .add({ [`${unit}s`]: 1 })
    .toZonedDateTime({ timeZone });
  return [first.epochMilliseconds, next.epochMilliseconds];
}

function calendarPosition(windowStart: number, windowEnd: number, now: number): Position {
  const slotMilliseconds = (windowEnd - windowStart) / SLOTS_PER_WINDOW;
  return {
    now,
    windowStart,
    windowEnd,
    slot: windowStart + Math.floor((now - windowStart) / slotMilliseconds) * slotMilliseconds,
    slotMilliseconds,
    keepFrom: windowStart - RATE_SLOTS * slotMilliseconds,
  };
}

function rollingPosition(duration: number, now: number): Position {
  const slotMilliseconds = duration / SLOTS_PER_WINDOW;
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

/** A month and the hour that a change to winter time adds to it. */
const LONGEST_CALENDAR_SECONDS = (31 * 24 + 1) * 3600;

/** The longest time, in seconds, for which a window holds what was spent. */
export const holdingSeconds = (window: Window): number =>
  window.kind === "calendar" ? LONGEST_CALENDAR_SECONDS : window.durationSeconds * (1 + 1 / SLOTS_PER_WINDOW);
