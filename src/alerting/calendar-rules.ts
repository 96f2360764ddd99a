import type { Budget } from "../budgets/definition/budget.ts";
import { temporal } from "../lazy/temporal.ts";
import type { Rule } from "./rule.ts";
import { calendarWindow, WEEKDAYS, type CalendarUnit, type CalendarWindow } from "../budgets/definition/window.ts";

/** Over what the current rate is taken, a tenth of the window, and how long a forecast must hold before it is an alert. */
export const CALENDAR_PACE: Readonly<Record<CalendarUnit, { readonly rate: string; readonly patience: string }>> = {
  day: { rate: "144m", patience: "30m" },
  week: { rate: "17h", patience: "2h" },
  month: { rate: "3d", patience: "6h" },
  quarter: { rate: "9d", patience: "1d" },
  year: { rate: "36d", patience: "3d" },
};

interface WindowExpressions {
  /** Another number in each window. */
  readonly number: string;
  /** The seconds until the next window. */
  readonly left: string;
}

const FORESEEN_YEARS = 10;

/** Rules that tell the calendar windows in their time zones: PromQL itself knows only UTC. */
export function calendarRules(budgets: readonly Budget[], from: Date): Rule[] {
  const windows = new Map<string, CalendarWindow>();
  for (const { window } of budgets) if (window.kind === "calendar") windows.set(windowSelector(window), window);
  const timeZones = new Set(Array.from(windows.values(), ({ timeZone }) => timeZone));
  return [
    ...Array.from(timeZones, (timeZone) => ({
      record: "llm_footprint:local_time_seconds",
      expr: localTime(timeZone, from),
      labels: { time_zone: timeZone },
    })),
    ...Array.from(windows.values()).flatMap((window) => {
      const { number, left } = expressionsOf(window, from);
      const labels = labelsOfWindow(window);
      return [
        { record: "llm_footprint:budget_window", expr: number, labels },
        { record: "llm_footprint:budget_window_remaining_seconds", expr: left, labels },
      ];
    }),
  ];
}

const labelsOfWindow = ({ unit, timeZone, weekStart = "monday" }: CalendarWindow) => ({
  window: unit === "week" && weekStart !== "monday" ? `week from ${weekStart}` : unit,
  time_zone: timeZone,
});

export function windowSelector(window: CalendarWindow): string {
  const { window: name, time_zone: timeZone } = labelsOfWindow(window);
  return `{window=${JSON.stringify(name)},time_zone=${JSON.stringify(timeZone)}}`;
}

function expressionsOf(window: CalendarWindow, from: Date): WindowExpressions {
  /** Local time, as seconds since the epoch. */
  const time = `llm_footprint:local_time_seconds{time_zone=${JSON.stringify(window.timeZone)}}`;
  switch (window.unit) {
    case "day":
      return { number: `floor(${time} / 86400)`, left: `86400 - ${time} % 86400` };
    case "week": {
      // The epoch began on a Thursday, ISO 8601's fourth day.
      const since = ((4 - (WEEKDAYS.indexOf(window.weekStart ?? "monday") + 1) + 7) % 7) * 86_400;
      return { number: `floor((${time} + ${since}) / 604800)`, left: `604800 - (${time} + ${since}) % 604800` };
    }
    case "month":
      return {
        number: `month(${time})`,
        left: `(days_in_month(${time}) - day_of_month(${time}) + 1) * 86400 - ${time} % 86400`,
      };
    case "quarter":
    case "year":
      return foreseenWindows(window, from);
  }
}

/** Windows that no function of PromQL knows: a step at the beginning of each that is foreseen. */
function foreseenWindows({ unit, timeZone }: CalendarWindow, from: Date): WindowExpressions {
  const starts: number[] = [];
  const until = from.getTime() + FORESEEN_YEARS * 366 * 86_400_000;
  for (let [start, end] = calendarWindow(unit, timeZone, from.getTime()); start < until;) {
    starts.push(start / 1000);
    [start, end] = calendarWindow(unit, timeZone, end);
  }
  const steps = (values: readonly number[]): string =>
    values
      .slice(0, -1)
      .map((value, index) => `+ ${values[index + 1]! - value} * (vector(time()) >= bool ${starts[index + 1]!})`)
      .join(" ");
  return {
    number: `vector(${starts[0]!}) ${steps(starts.slice(0, -1))}`,
    left: `vector(${starts[1]!} - time()) ${steps(starts.slice(1))}`,
  };
}

/** The time plus the zone's offset, with every change of the offset that is foreseen. */
function localTime(timeZone: string, from: Date): string {
  const { Instant, ZonedDateTime } = temporal();
  let at = Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone);
  const end = at.add({ years: FORESEEN_YEARS });
  const terms = [`vector(time() + ${at.offsetNanoseconds / 1e9})`];
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (next === null || ZonedDateTime.compare(next, end) > 0) return terms.join(" ");
    const change = (next.offsetNanoseconds - at.offsetNanoseconds) / 1e9;
    const sign = change < 0 ? "-" : "+";
    terms.push(`${sign} ${Math.abs(change)} * (vector(time()) >= bool ${next.epochMilliseconds / 1000})`);
    at = next;
  }
}
