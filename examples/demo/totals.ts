import type { TotalsSnapshot } from "llm-footprint";

type Summary = TotalsSnapshot["overall"];

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly perUnit: number;
  readonly criterion:
    "co2eGrams" | "waterLitres" | "energyJoules" | "primaryEnergyJoules" | "abioticDepletionGramsSbEq";
}

/** Criteria in units that suit a few minutes of use; `perUnit` turns the base unit into the shown one. */
const rows: readonly Row[] = [
  { name: "CO2e", unit: "g", perUnit: 1, criterion: "co2eGrams" },
  { name: "water", unit: "mL", perUnit: 1000, criterion: "waterLitres" },
  { name: "electricity", unit: "Wh", perUnit: 1 / 3600, criterion: "energyJoules" },
  { name: "primary energy", unit: "kJ", perUnit: 1e-3, criterion: "primaryEnergyJoules" },
  { name: "minerals", unit: "mg Sb eq", perUnit: 1000, criterion: "abioticDepletionGramsSbEq" },
];

const format = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

const countOf = ({ requests }: Summary): number => requests.completed + requests.abandoned + requests.failed;

/** The running totals on one line. */
export function totalsLine({ overall }: TotalsSnapshot): string {
  const parts = rows.slice(0, 3).flatMap(({ name, unit, perUnit, criterion }) => {
    const impact = overall[criterion];
    if (!impact) return [];
    const [low, central, high] = [impact.low, impact.central, impact.high].map((value) =>
      format.format(value * perUnit),
    );
    return [`${central} ${unit} ${name} (${low}–${high})`];
  });
  return [`${countOf(overall)} requests`, ...parts].join(" · ");
}

/** The totals as a table of criteria and one of teams. */
export function totalsTable({ overall, labelSets }: TotalsSnapshot): string {
  const { completed, abandoned, failed } = overall.requests;
  const share = format.format(100 * (overall.coverage ?? 0));
  const criteria = rows.flatMap(({ name, unit, perUnit, criterion }) => {
    const impact = overall[criterion];
    if (!impact) return [];
    return [[name, unit, ...[impact.low, impact.central, impact.high].map((value) => format.format(value * perUnit))]];
  });
  const teams = [...new Set(labelSets.map(({ labels }) => labels["team"] ?? ""))].sort().map((team) => {
    const sets = labelSets.filter(({ labels }) => labels["team"] === team);
    const grams = sets.flatMap(({ co2eGrams }) => co2eGrams?.central ?? []);
    const requests = sets.reduce((sum, set) => sum + countOf(set), 0);
    return [team, String(requests), grams.length > 0 ? format.format(grams.reduce((a, b) => a + b)) : "unknown"];
  });
  return [
    `${countOf(overall)} requests: ${completed} completed, ${abandoned} abandoned, ${failed} failed; ${share} % have a footprint`,
    "",
    ...aligned([["", "", "low", "central", "high"], ...criteria], 2),
    "",
    ...aligned([["team", "requests", "g CO2e"], ...teams], 1),
  ].join("\n");
}

/** Columns padded to their widest cell: the first ones to the right, the numbers to the left. */
function aligned(table: readonly (readonly string[])[], textColumns: number): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => (column < textColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
