import type { Budget } from "../budgets/definition/budget.ts";
import { temporal } from "../lazy/temporal.ts";
import type { Rule } from "./rule.ts";
import type { CalendarUnit, Window } from "../budgets/definition/window.ts";

type CalendarWindow = Extract<Window, { kind: "calendar" }>;

/**
 * How finely a calendar window is added up, over what range (an hour more than the longest window, for the end of daylight
 * saving), over what the current rate is taken, and how long a forecast must hold. Each step is a sample of a subquery.
 */
export const CALENDAR_STEPS: Readonly<
  Record<
    CalendarUnit,
    { readonly step: string; readonly range: string; readonly rate: string; readonly patience: string }
  >
> = {
  day: { step: "5m", range: "25h", rate: "144m", patience: "30m" },
  week: { step: "15m", range: "169h", rate: "17h", patience: "2h" },
  month: { step: "1h", range: "745h", rate: "3d", patience: "6h" },
};

/** In local time, as seconds since the epoch: a number for the current window, and the seconds until the next. */
const WINDOWS: Readonly<
  Record<CalendarUnit, { readonly number: (time: string) => string; readonly left: (time: string) => string }>
> = {
  day: { number: (time) => `floor(${time} / 86400)`, left: (time) => `86400 - ${time} % 86400` },
  // The epoch began on a Thursday, three days after a Monday.
  week: {
    number: (time) => `floor((${time} + 259200) / 604800)`,
    left: (time) => `604800 - (${time} + 259200) % 604800`,
  },
  month: {
    number: (time) => `month(${time})`,
    left: (time) => `(days_in_month(${time}) - day_of_month(${time}) + 1) * 86400 - ${time} % 86400`,
  },
};

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
      const time = `llm_footprint:local_time_seconds{time_zone=${JSON.stringify(window.timeZone)}}`;
      const labels = { window: window.unit, time_zone: window.timeZone };
      return [
        { record: "llm_footprint:budget_window", expr: WINDOWS[window.unit].number(time), labels },
        { record: "llm_footprint:budget_window_remaining_seconds", expr: WINDOWS[window.unit].left(time), labels },
      ];
    }),
  ];
}

export const windowSelector = ({ unit, timeZone }: CalendarWindow): string =>
  `{window="${unit}",time_zone=${JSON.stringify(timeZone)}}`;

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
