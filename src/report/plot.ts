import type { Range } from "../model/range.ts";
import { escapeHtml } from "./escape-html.ts";

const WIDTH = 720;
const HEIGHT = 220;
const MARGIN = { left: 56, right: 8, top: 12, bottom: 28 };

export interface TimePlot {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly { readonly label: string; readonly amount: Range | undefined }[];
  readonly format: (value: number) => string;
}

/** How many times the highest bar the axis goes up to. */
const MOST_ABOVE = 2.5;

/** A bar per stretch of time with its range as a whisker, as SVG that prints: no script, no font, no colour alone. */
export function timePlot({ title, unit, points, format }: TimePlot): string {
  const central = Math.max(0, ...points.map(({ amount }) => amount?.central ?? 0));
  // Whiskers that are many times a bar would leave nothing of the bars to compare.
  const highest = Math.min(
    Math.max(0, ...points.map(({ amount }) => amount?.high ?? 0)),
    central * MOST_ABOVE || Infinity,
  );
  const ticks = ticksUpTo(highest);
  const top = ticks.at(-1)!;
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const step = plotWidth / Math.max(1, points.length);
  const y = (value: number) => round(MARGIN.top + plotHeight * (1 - value / top));
  const x = (index: number) => round(MARGIN.left + step * (index + 0.5));
  const bar = round(Math.min(28, step * 0.7));
  const labelEvery = Math.ceil(points.length / 8);
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`${title}, ${unit}`)}">`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<text class="tick" x="${MARGIN.left - 6}" y="${y(tick) + 4}" text-anchor="end">${escapeHtml(format(tick))}</text>`,
    ),
    ...points.flatMap(({ label, amount }, index) => [
      amount
        ? `<g><title>${escapeHtml(`${label}: ${format(amount.central)} ${unit} (${format(amount.low)} to ${format(amount.high)})`)}</title>` +
          `<rect class="bar" x="${round(x(index) - bar / 2)}" width="${bar}" y="${y(amount.central)}" height="${round(y(0) - y(amount.central))}"/>` +
          `<path class="whisker" d="M${x(index)} ${y(amount.low)}V${y(Math.min(amount.high, top))}${amount.high > top ? "m-3 4l3 -4l3 4" : "m-3 0h6"}M${round(x(index) - 3)} ${y(amount.low)}h6"/></g>`
        : "",
      index % labelEvery === 0
        ? `<text class="tick" x="${x(index)}" y="${HEIGHT - 8}" text-anchor="middle">${escapeHtml(label)}</text>`
        : "",
    ]),
    "</svg>",
  ].join("");
}

export interface SharePlot {
  readonly title: string;
  readonly shares: readonly { readonly label: string; readonly share: number; readonly text: string }[];
}

/** A horizontal bar per part of a whole, with its text beside it. */
export function sharePlot({ title, shares }: SharePlot): string {
  const [row, labelWidth, barWidth] = [26, 220, 320];
  const height = row * Math.max(1, shares.length);
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...shares.map(({ label, share, text }, index) => {
      const middle = row * index + row / 2;
      return (
        `<text class="tick" x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(shortened(label))}</text>` +
        `<rect class="bar" x="${labelWidth}" y="${middle - 8}" width="${round(Math.max(1, barWidth * share))}" height="16"/>` +
        `<text class="tick" x="${round(labelWidth + barWidth * share + 8)}" y="${middle + 4}">${escapeHtml(text)}</text>`
      );
    }),
    "</svg>",
  ].join("");
}

const shortened = (text: string): string => (text.length > 34 ? `${text.slice(0, 33)}…` : text);

const round = (value: number): number => Math.round(value * 10) / 10;

/** Three to six round numbers from 0 to at least `highest`. */
export function ticksUpTo(highest: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.5, 1, 2].map((size) => size * magnitude).find((size) => highest / size <= 5)!;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}
