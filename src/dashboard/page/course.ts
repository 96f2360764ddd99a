import uPlot from "uplot";

import { formatCount, formatNumber, formatQuantity, unitFor } from "../../report/quantity.ts";
import type { HistoryBucket } from "../history.ts";
import type { DashboardSnapshot } from "../snapshot.ts";
import { choice, find } from "./dom.ts";
import { axisTime, clockTime, moment } from "./moments.ts";
import { ratesOf, type Rates, type Span, type Subject } from "./rates.ts";
import { PAGE_TITLES } from "./titles.ts";

const SUBJECTS: readonly (readonly [Subject, string])[] = [
  ["co2eGrams", "CO₂e"],
  ["waterLitres", "Water"],
  ["energyJoules", "Electricity"],
  ["requests", "Requests"],
];
const SPANS: readonly Span[] = [
  { seconds: 300, perSeconds: 60, title: "5 minutes", isPast: false },
  { seconds: 3600, perSeconds: 60, title: "1 hour", isPast: false },
  { seconds: 86_400, perSeconds: 3600, title: "1 day", isPast: true },
  { seconds: 7 * 86_400, perSeconds: 3600, title: "1 week", isPast: true },
  { seconds: 30 * 86_400, perSeconds: 3600, title: "1 month", isPast: true },
];
const HEIGHT = 240;
const PAST_KEPT_MILLISECONDS = 60_000;

let subject: Subject = "co2eGrams";
let span = SPANS[0]!;
let plot: { readonly chart: uPlot; readonly key: string } | undefined;
let latest: DashboardSnapshot | undefined;
let offersPast: boolean | undefined;

export function prepareCourse(): void {
  new ResizeObserver(() => plot?.chart.setSize({ width: find("#course .plot").clientWidth, height: HEIGHT })).observe(
    find("#course .plot"),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forget();
    redraw();
  });
}

function redraw(): void {
  if (latest) showCourse(latest);
}

/** The spans of a journal are offered where there is one. */
function offerChoices(hasPast: boolean): void {
  if (offersPast === hasPast) return;
  offersPast = hasPast;
  find("#course .controls").replaceChildren(
    choice("What is plotted", SUBJECTS, subject, (value) => {
      subject = value as Subject;
      redraw();
    }),
    choice(
      "Span of time",
      SPANS.filter(({ isPast }) => hasPast || !isPast).map(({ seconds, title }) => [String(seconds), title] as const),
      String(span.seconds),
      (value) => {
        span = SPANS.find(({ seconds }) => String(seconds) === value)!;
        redraw();
      },
    ),
  );
}

export function showCourse(snapshot: DashboardSnapshot): void {
  latest = snapshot;
  offerChoices(snapshot.process.hasPast);
  const { history, process, at } = snapshot;
  const source = span.isPast ? pastOf(span) : { ...history, since: process.startedAt };
  if (!source) return;
  const seenSince = Date.parse(span.isPast ? process.since : process.startedAt) / 1000;
  const rates = ratesOf(subject, span, { ...source, at: Date.parse(at) / 1000, seenSince });
  const highest = Math.max(0, ...rates.central.map((value) => value ?? 0));
  const [size, unit] = subject === "requests" ? [1, "requests"] : unitFor(subject, highest);
  const scaled = (values: Rates["low"]) => values.map((value) => (value === null ? null : value / size));
  const data: uPlot.AlignedData = [rates.times, scaled(rates.central), scaled(rates.low), scaled(rates.high)];
  const key = `${subject} ${unit} ${span.perSeconds} ${span.isPast}`;
  if (plot?.key === key) plot.chart.setData(data);
  else {
    forget();
    plot = { chart: newChart(data, `${unit} per ${span.perSeconds === 60 ? "minute" : "hour"}`), key };
  }
  describe(rates.total);
}

interface PastHistory {
  readonly bucketSeconds: number;
  readonly buckets: readonly HistoryBucket[];
}

const kept = new Map<number, { readonly until: number; readonly history: PastHistory | undefined }>();

/** What the journal holds of a span; asked for when it is chosen, and again now and then. */
function pastOf({ seconds }: Span): PastHistory | undefined {
  const known = kept.get(seconds);
  if (!known || known.until < Date.now()) {
    kept.set(seconds, { until: Date.now() + PAST_KEPT_MILLISECONDS, history: known?.history });
    void fetch(`history.json?span=${seconds}`).then(
      async (response) => {
        if (!response.ok) return;
        const history = (await response.json()) as PastHistory;
        kept.set(seconds, { until: Date.now() + PAST_KEPT_MILLISECONDS, history });
        redraw();
      },
      () => undefined,
    );
  }
  return kept.get(seconds)?.history;
}

function forget(): void {
  plot?.chart.destroy();
  plot = undefined;
}

function newChart(data: uPlot.AlignedData, unit: string): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--soft"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  const bound = { width: 1, stroke: color("--band"), points: { show: false } };
  const place = find("#course .plot");
  const value = (_chart: uPlot, number: number | null): string => (number == null ? "" : formatNumber(number));
  const time = (_chart: uPlot, seconds: number | null): string => {
    if (seconds == null) return "";
    return span.isPast ? moment(new Date(seconds * 1000)) : clockTime(new Date(seconds * 1000));
  };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      // Half of a label, where the last one stands at the end.
      padding: [null, 32, null, null],
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        // Room for a label, so that two never touch.
        {
          ...axis,
          space: 80,
          values: (_chart, ticks, _axis, _space, step) => ticks.map((tick) => axisTime(tick, step)),
        },
        {
          ...axis,
          size: 64,
          label: unit,
          labelSize: 20,
          labelFont: axis.font,
          values: (_chart, ticks) => ticks.map((tick) => formatNumber(tick)),
        },
      ],
      series: [
        { label: "", value: time },
        { label: unit, width: 2, stroke: color("--accent"), points: { show: false }, value },
        { ...bound, label: "low", value },
        { ...bound, label: "high", value },
      ],
      bands: [{ series: [3, 2], fill: color("--band-fill") }],
    },
    data,
    place,
  );
}

/** What the plot shows, in words. */
function describe(total: number): void {
  const when = `in the last ${span.title === "1 hour" ? "60 minutes" : span.title.replace(/^1 /, "")}`;
  const text =
    subject === "requests"
      ? `${formatCount(total)} requests ${when}.`
      : `${PAGE_TITLES[subject]}: ${formatQuantity(subject, total)} ${when}; the band reaches from the low to the high estimate.`;
  const note = find("#course .note");
  if (note.textContent !== text) note.textContent = text;
  const canvas = document.querySelector("#course canvas");
  canvas?.setAttribute("role", "img");
  canvas?.setAttribute("aria-label", text);
}
