import type { MetricDefinition } from "../../src/metrics/metric.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import type { Sample } from "../../src/metrics/samples.ts";
import { BUDGET, BURN_WINDOWS, CALENDAR, FOOTPRINTS, recorded, type BurnWindow } from "../source/recording-rules.ts";
import { STEP, type Recording } from "./recording.ts";
import type { Simulation } from "./simulation.ts";

const HOUR = 3_600_000;

/** What the recording rules would have come to: Prometheus cannot evaluate rules that build on each other in the past. */
export class RecordedRules {
  readonly #recording: Recording;
  readonly #last = new Map<string, number>();
  readonly #hours = new Map<string, number[]>();
  readonly #months = new Map<string, { month: number; toDate: number; before: number | undefined }>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  record(time: Date, simulation: Simulation): void {
    this.#calendar(time);
    const samplesOf = ({ name }: MetricDefinition) =>
      simulation.metrics.find(({ definition }) => definition.name === name)!.samples();
    this.#budgets(time, samplesOf);
    for (const metric of FOOTPRINTS) {
      const teams = new Map<string, number>();
      for (const { sharedLabels, value } of samplesOf(metric)) {
        const team = sharedLabels.team!;
        teams.set(team, (teams.get(team) ?? 0) + value);
      }
      for (const [team, sum] of teams) this.#team(time, recorded(metric), team, sum);
    }
  }

  #calendar(time: Date): void {
    const at = time.getTime();
    const begin = Date.UTC(time.getUTCFullYear(), time.getUTCMonth());
    const end = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1);
    this.#recording.gauge(at, CALENDAR.month, "", time.getUTCMonth() + 1);
    this.#recording.gauge(at, CALENDAR.monthBefore, "", new Date(begin - 1).getUTCMonth() + 1);
    this.#recording.gauge(at, CALENDAR.monthSeconds, "", (end - begin) / 1000);
    this.#recording.gauge(at, CALENDAR.monthRemainingSeconds, "", (end - at) / 1000);
  }

  #budgets(time: Date, samplesOf: (metric: MetricDefinition) => Iterable<Sample>): void {
    const at = time.getTime();
    const monthSteps =
      (new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate() * 24 * HOUR) / STEP;
    const limits = new Map<string, number>();
    const record = (name: string, { labels }: Sample, value: number) => {
      const text = Object.entries(labels).map(([label, each]) => `${label}="${each}"`);
      this.#recording.gauge(at, name, `{${text.join(",")}}`, value);
    };
    for (const sample of samplesOf(METRICS.budgetLimit)) {
      limits.set(sample.labels.budget!, sample.value);
      record(BUDGET.limit, sample, sample.value);
    }
    for (const sample of samplesOf(METRICS.budgetUsedRatio)) record(BUDGET.usedRatio, sample, sample.value);
    for (const sample of samplesOf(METRICS.budgetForecastCentral)) record(BUDGET.forecast, sample, sample.value);
    for (const sample of samplesOf(METRICS.budgetUsed)) {
      record(BUDGET.used, sample, sample.value);
      const budget = sample.labels.budget!;
      const used = [...(this.#hours.get(budget) ?? []), sample.value].slice(-13);
      this.#hours.set(budget, used);
      for (const [window, seconds] of Object.entries(BURN_WINDOWS)) {
        // Windows shorter than a step are as long as one.
        const steps = Math.max(1, (seconds * 1000) / STEP);
        const increase = Math.max(0, sample.value - (used.at(-1 - steps) ?? used[0]!));
        record(BUDGET.burnRate(window as BurnWindow), sample, ((increase / steps) * monthSteps) / limits.get(budget)!);
      }
    }
  }

  #team(time: Date, names: ReturnType<typeof recorded>, team: string, sum: number): void {
    const id = names.increase1h + team;
    const last = this.#last.get(id);
    this.#last.set(id, sum);
    if (last === undefined) return;
    const increase = sum < last ? sum : sum - last;
    const hours = this.#hours.get(id) ?? [];
    hours.push(increase);
    this.#hours.set(id, hours.slice(-144));
    const increase1h = increase + (hours.at(-2) ?? 0);
    const began = new Date(time.getTime() - STEP).getUTCMonth();
    let month = this.#months.get(id);
    if (month?.month !== began) this.#months.set(id, (month = { month: began, toDate: 0, before: month?.toDate }));
    month.toDate += increase;
    const end = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1);
    const perStep = hours.reduce((total, each) => total + each, 0) / hours.length;
    const forecast = month.toDate + (perStep * (end - time.getTime())) / STEP;
    const labels = `{team="${team}"}`;
    this.#recording.gauge(time.getTime(), names.increase1h, labels, increase1h);
    this.#recording.gauge(time.getTime(), names.monthToDate, labels, month.toDate);
    this.#recording.gauge(time.getTime(), names.monthForecast, labels, forecast);
    if (month.before !== undefined) this.#recording.gauge(time.getTime(), names.monthBefore, labels, month.before);
  }
}
