import uPlot from "uplot";

import { CRITERION_TITLES, formatCount, formatNumber, formatQuantity, unitFor } from "../../report/quantity.ts";
import type { HistoryBucket, PlottedCriterion } from "../history.ts";
import type { DashboardSnapshot } from "../snapshot.ts";
import { choice, find } from "./dom.ts";

type Subject = PlottedCriterion | "requests";

const SUBJECTS: readonly (readonly [Subject, string])[] = [
  ["co2eGrams", "CO2e"],
  ["waterLitres", "Water"],
  ["energyJoules", "Electricity"],
  ["requests", "Requests"],
];
const SPANS: readonly (readonly [string, string])[] = [
  ["300", "5 minutes"],
  ["3600", "1 hour"],
];
const HEIGHT = 240;
/** Points across the plot; each adds up the stretches that fall on it. */
const POINTS = 60;

let subject: Subject = "co2eGrams";
let spanSeconds = 300;
let plot: { readonly chart: uPlot; readonly unit: string; readonly subject: Subject } | undefined;
let latest: DashboardSnapshot | undefined;

export function prepareCourse(): void {
  const redraw = (): void => {
    if (latest) showCourse(latest);
  };
  find("#course .controls").replaceChildren(
    choice("What is plotted", SUBJECTS, subject, (value) => {
      subject = value as Subject;
      redraw();
    }),
    choice("Span of time", SPANS, String(spanSeconds), (value) => {
      spanSeconds = Number(value);
      redraw();
    }),
  );
  new ResizeObserver(() => plot?.chart.setSize({ width: find("#course .plot").clientWidth, height: HEIGHT })).observe(
    find("#course .plot"),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forget();
    redraw();
  });
}

export function showCourse(snapshot: DashboardSnapshot): void {
  latest = snapshot;
  const { data, highest } = ratesPerMinute(snapshot);
  const [size, unit] = subject === "requests" ? [1, "requests"] : unitFor(subject, highest);
  const scaled = data.map((values, index) => (index === 0 ? values : values.map((value) => value / size)));
  if (plot?.subject !== subject || plot.unit !== unit) {
    forget();
    plot = { chart: newChart(scaled as uPlot.AlignedData, unit), unit, subject };
  } else {
    plot.chart.setData(scaled as uPlot.AlignedData);
  }
  describe(data);
}

function forget(): void {
  plot?.chart.destroy();
  plot = undefined;
}

/**
 * Low, central and high per minute, at even distances; a stretch without requests caused nothing. The present
 * stretch is left out: it would look like a fall.
 */
function ratesPerMinute({ at, history }: DashboardSnapshot): { data: number[][]; highest: number } {
  const stepSeconds = Math.max(history.bucketSeconds, spanSeconds / POINTS);
  const lastStep = Math.floor(Date.parse(at) / 1000 / stepSeconds) - 1;
  const firstStep = lastStep - Math.floor(spanSeconds / stepSeconds);
  const times = Array.from({ length: lastStep - firstStep + 1 }, (_, index) => (firstStep + index) * stepSeconds);
  const [low, central, high] = [0, 1, 2].map(() => times.map(() => 0)) as [number[], number[], number[]];
  for (const bucket of history.buckets) {
    const index = Math.floor(bucket.startSeconds / stepSeconds) - firstStep;
    if (!(index >= 0 && index < times.length)) continue;
    const amount = amountOf(bucket);
    low[index]! += (amount.low * 60) / stepSeconds;
    central[index]! += (amount.central * 60) / stepSeconds;
    high[index]! += (amount.high * 60) / stepSeconds;
  }
  return { data: [times, low, central, high], highest: Math.max(0, ...central) };
}

function amountOf(bucket: HistoryBucket): { low: number; central: number; high: number } {
  if (subject !== "requests") return bucket[subject] ?? { low: 0, central: 0, high: 0 };
  return { low: bucket.requests, central: bucket.requests, high: bucket.requests };
}

function newChart(data: uPlot.AlignedData, unit: string): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false } };
  const bound = { width: 1, stroke: color("--band"), points: { show: false } };
  const place = find("#course .plot");
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [axis, { ...axis, size: 64, values: (_chart, ticks) => ticks.map((tick) => formatNumber(tick)) }],
      series: [
        {},
        { ...bound, label: "low" },
        { label: `${unit} per minute`, width: 2, stroke: color("--accent"), points: { show: false } },
        { ...bound, label: "high" },
      ].map((series, index) =>
        index === 0
          ? series
          : { ...series, value: (_chart: uPlot, value: number | null) => (value == null ? "" : formatNumber(value)) },
      ),
      bands: [{ series: [3, 1], fill: color("--band-fill") }],
    },
    data,
    place,
  );
}

/** What the plot shows, in words. */
function describe(data: readonly number[][]): void {
  const minutes = spanSeconds / 60;
  const stepMinutes = (data[0]![1]! - data[0]![0]!) / 60;
  const total = data[2]!.reduce((sum, perMinute) => sum + perMinute * stepMinutes, 0);
  const text =
    subject === "requests"
      ? `${formatCount(total)} requests in the last ${minutes} minutes.`
      : `${CRITERION_TITLES[subject]}: ${formatQuantity(subject, total)} in the last ${minutes} minutes; the band reaches from the low to the high estimate.`;
  const note = find("#course .note");
  if (note.textContent !== text) note.textContent = text;
  const canvas = document.querySelector("#course canvas");
  canvas?.setAttribute("role", "img");
  canvas?.setAttribute("aria-label", text);
}
