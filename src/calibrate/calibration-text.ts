import type { Range } from "../model/range.ts";
import { layOut } from "../report/text-columns.ts";
import type { Calibration } from "./calibration.ts";
import { percent } from "./findings.ts";
import type { ReadWindows, WindowRequest } from "./read-windows.ts";

/** A calibration for people: what was read, what was found, and how well it fits. */
export function calibrationText(
  calibration: Calibration,
  { omitted }: ReadWindows,
  { period, windowSeconds, energy, tokens }: WindowRequest,
  width: number,
): string {
  const { windows, idle, models, residualShare, explained, idleShare } = calibration;
  const left = Object.values(omitted).reduce((sum, count) => sum + count, 0);
  const series = [tokens.input, tokens.output, tokens.cached].filter((name) => name !== undefined);
  const read = [
    ["period", `${period.from.toISOString()} to ${period.to.toISOString()}`],
    ["energy", `${energy.selector} (${energy.unit}, ${energy.boundary})`],
    ["tokens", series.join(", ")],
    ["windows", `${windows} of ${windowSeconds} s, ${left} left out`],
  ];
  const rows = [
    ...idle.map(({ column, ...watts }) => [
      column.kind === "idle" && column.group !== "" ? `idle device of ${column.group}` : "idle device",
      ...cells(watts),
      "W",
    ]),
    ...models.flatMap(({ model, perToken, idlePerToken }) => [
      ...Object.entries(perToken).map(([kind, joules]) => [`${model}, ${kind} token`, ...cells(joules), "J"]),
      [`${model}, idling per token`, ...cells(idlePerToken), "J"],
    ]),
  ];
  return [
    layOut({ header: [], rows: read, numeric: [] }, width),
    layOut({ header: ["", "low", "central", "high", "unit"], rows, numeric: [1, 2, 3] }, width),
    `Left over: ${percent(residualShare)} of a window's energy. Explained: ${percent(explained)} of its variance. Idling: ${percent(idleShare)} of the energy.`,
  ].join("\n\n");
}

const cells = ({ low, central, high }: Range): string[] => [low, central, high].map(figure);

/** Three digits, never with an exponent that people have to unfold. */
const figure = (value: number): string =>
  new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false }).format(value);
