import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { exposition } from "../../src/exporters/exposition.ts";
import { CALENDAR, FOOTPRINTS, recorded } from "../source/recording-rules.ts";
import { Simulation } from "./simulation.ts";

const HOUR = 3_600_000;

/** How far apart the history's samples are. Longer than Prometheus looks back by itself, see {@link LOOKBACK}. */
const STEP = HOUR / 2;

/** To be given to Prometheus as `--query.lookback-delta`, so that it joins the history's samples. */
export const LOOKBACK = "31m";

const TARGET = 'job="history",instance="history:9464"';

/** Values by time, beginning with the step in which the series was first seen. */
interface Series {
  readonly times: number[];
  readonly values: number[];
}

/** Samples of many series, kept together by series as the format wants it. */
export class Recording {
  readonly #families = new Map<string, { readonly type: string; readonly series: Map<string, Series> }>();

  /** Takes what a scrape has found. */
  scrape(time: number, text: string): void {
    let family = { type: "", series: new Map<string, Series>() };
    for (const line of text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        const [, , name, type] = line.split(" ");
        family = this.#family(name!, type!);
      } else if (line !== "" && !line.startsWith("#")) {
        const space = line.lastIndexOf(" ");
        const brace = line.indexOf("{");
        const name = brace < 0 ? line.slice(0, space) : line.slice(0, brace);
        const labels = brace < 0 ? TARGET : `${TARGET},${line.slice(brace + 1, space - 1)}`;
        append(family.series, `${name}{${labels}}`, time, Number(line.slice(space + 1)));
      }
    }
  }

  gauge(time: number, name: string, labels: string, value: number): void {
    append(this.#family(name, "gauge").series, `${name}${labels}`, time, value);
  }

  /** The whole as OpenMetrics, a series at a time. */
  *openMetrics(): Generator<string> {
    for (const [name, { type, series }] of this.#families) {
      if (series.size === 0) continue;
      yield `# TYPE ${type === "counter" ? name.replace(/_total$/, "") : name} ${type}\n`;
      for (const [id, { times, values }] of series) {
        yield times.map((time, index) => `${id} ${values[index]!} ${time / 1000}\n`).join("");
      }
    }
    yield "# EOF\n";
  }

  #family(name: string, type: string) {
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = { type, series: new Map<string, Series>() }));
    return family;
  }
}

function append(all: Map<string, Series>, id: string, time: number, value: number): void {
  let series = all.get(id);
  if (!series) all.set(id, (series = { times: [], values: [] }));
  series.times.push(time);
  series.values.push(value);
}

/** The month before and this month up to `end`, as scrapes would have found it and as the rules would have recorded it. */
export function history(end: Date): Recording {
  const start = Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1);
  const recording = new Recording();
  const simulation = new Simulation(start, end.getTime());
  const rules = new RecordedRules(recording);
  for (let time = start; time <= end.getTime(); time += STEP) {
    if (time > start) simulation.advance(STEP);
    recording.scrape(time, [...exposition(simulation.metrics, "text")].join(""));
    recording.gauge(time, "up", `{${TARGET}}`, 1);
    recording.gauge(time, "scrape_duration_seconds", `{${TARGET}}`, 0.004);
    rules.record(new Date(time), simulation);
  }
  return recording;
}

/** What the recording rules would have come to: Prometheus cannot evaluate rules that build on each other in the past. */
class RecordedRules {
  readonly #recording: Recording;
  readonly #last = new Map<string, number>();
  readonly #hours = new Map<string, number[]>();
  readonly #months = new Map<string, { month: number; toDate: number; before: number | undefined }>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  record(time: Date, simulation: Simulation): void {
    const at = time.getTime();
    this.#recording.gauge(at, CALENDAR.month, "", time.getUTCMonth() + 1);
    for (const metric of FOOTPRINTS) {
      const exportedMetric = simulation.metrics.find(({ definition }) => definition.name === metric.name)!;
      const teams = new Map<string, number>();
      for (const { sharedLabels, value } of exportedMetric.samples()) {
        const team = sharedLabels.team!;
        teams.set(team, (teams.get(team) ?? 0) + value);
      }
      for (const [team, sum] of teams) this.#team(time, recorded(metric), team, sum);
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

/** Writes the history as input for `promtool tsdb create-blocks-from openmetrics`. */
export async function writeHistory(end: Date, path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const piece of history(end).openMetrics()) {
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}
