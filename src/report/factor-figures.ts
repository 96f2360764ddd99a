import type { Factor, FactorKind, Metric } from "../factors/factor.ts";
import { criterionTable, type Criterion } from "../model/criteria.ts";
import type { Range } from "../model/range.ts";

/** The unit of each criterion, as it is written behind a number. */
export const CRITERION_UNITS = criterionTable(({ unit }) => unit);

/** What a ratio of a kind is called. */
const RATIO_NAMES: Readonly<Partial<Record<FactorKind, string>>> = {
  pue: "PUE",
  token_weight: "weight",
  uplift: "uplift",
  uncertainty: "factor",
};

/** Four significant digits: what a factor's source gives, and enough to compute with by hand. */
export function rangeText({ low, central, high }: Range): string {
  const [a, b, c] = [low, central, high].map((value) => String(Number(value.toPrecision(4))));
  return low === high ? b! : `${b!} (${a!} to ${c!})`;
}

/** A factor's numbers with ranges and units, such as `1.14 g CO2e per 400 output tokens`. */
export function factorFigures(factor: Factor): string[] {
  const { kind, metrics, unit, reference = 1, shapes = [], videoShapes = [], parameters = {} } = factor;
  const per = perUnit(unit, reference);
  return [
    ...Object.entries(metrics as Readonly<Record<Metric, Range>>).map(([metric, value]) =>
      metric === "ratio"
        ? `${RATIO_NAMES[kind] ?? "ratio"} ${rangeText(value)}`
        : `${rangeText(value)} ${CRITERION_UNITS[metric as Criterion]}${per}`,
    ),
    ...shapes.map(
      ({ inputTokens, outputTokens, energyJoules }) =>
        `${rangeText(energyJoules)} J for ${inputTokens} input and ${outputTokens} output tokens`,
    ),
    ...videoShapes.map(
      ({ seconds, width, height, energyJoules }) =>
        `${rangeText(energyJoules)} J for ${seconds} s at ${width} × ${height}`,
    ),
    ...Object.entries(parameters).map(([name, value]) => `${spaced(name)} ${rangeText(value)}`),
  ];
}

/** A name of several words as words: `latencySeconds`, `output_token`. */
export const spaced = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll(/\bgpu/g, "GPU");

function perUnit(unit: Factor["unit"], reference: number): string {
  if (unit === "kilowatt_hour") return "/kWh";
  return reference === 1 ? ` per ${spaced(unit)}` : ` per ${reference} ${spaced(unit)}s`;
}
