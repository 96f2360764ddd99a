import { IMPACT_COLUMNS, totalSlots } from "../model/amounts.ts";
import { PHASES, type Criterion } from "../model/footprint.ts";
import type { Cell } from "../totals/cells.ts";
import { LABEL_SET } from "../totals/columns.ts";
import { counter, oneLine, type MetricDefinition } from "./metric.ts";

/** A criterion's word and unit in metric names, and in sentences. */
const CRITERION_WORDS = {
  co2eGrams: { word: "co2e", unit: "grams", text: "Greenhouse gases in grams of CO2 equivalent" },
  waterLitres: { word: "water", unit: "litres", text: "Water consumed in litres" },
  energyJoules: { word: "energy", unit: "joules", text: "Electricity used in joules" },
  primaryEnergyJoules: { word: "primary_energy", unit: "joules", text: "Primary energy used in joules" },
  abioticDepletionGramsSbEq: {
    word: "abiotic_depletion",
    unit: "grams",
    text: "Abiotic resources depleted in grams of antimony equivalent",
  },
} as const satisfies Record<Criterion, { word: string; unit: "grams" | "litres" | "joules"; text: string }>;

const BOUND_INDEX = { low: 0, central: 1, high: 2 } as const;

const totalCells = (criterion: Criterion, bound: keyof typeof BOUND_INDEX): Cell[] =>
  totalSlots[criterion].map((slot) => ({ group: LABEL_SET.slot + slot, index: BOUND_INDEX[bound] }));

/** The central total of a criterion, per phase where two phases are told apart in the exposition. */
export function central(criterion: Criterion): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  if (criterion !== "co2eGrams" && criterion !== "waterLitres") {
    const lines = oneLine(...totalCells(criterion, "central"));
    return counter(`${word}_${unit}`, `${text}, central estimate.`, { of: "labelSet", lines }, [], unit);
  }
  const lines = totalSlots[criterion].map((slot) => ({
    labels: { phase: IMPACT_COLUMNS[slot]![1] },
    cells: [{ group: LABEL_SET.slot + slot, index: BOUND_INDEX.central }],
  }));
  const phases = PHASES.filter((phase) => lines.some(({ labels }) => labels.phase === phase)).join(", ");
  const help = `${text}, central estimate, by phase of the life cycle (${phases}).`;
  return counter(`${word}_${unit}`, help, { of: "labelSet", lines }, ["phase"], unit);
}

export function bound(criterion: Criterion, which: "low" | "high"): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  const help = `${text}, ${which} estimate of the total.`;
  return counter(
    `${word}_${which}_${unit}`,
    help,
    { of: "labelSet", lines: oneLine(...totalCells(criterion, which)) },
    [],
    unit,
  );
}

export function training(criterion: "co2eGrams" | "waterLitres" | "energyJoules"): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  const slot = IMPACT_COLUMNS.findIndex(([of, phase]) => of === criterion && phase === "training");
  const lines = oneLine({ group: LABEL_SET.slot + slot, index: BOUND_INDEX.central });
  const help = `${text} for training, spread over requests; part of no total, central estimate.`;
  return counter(`training_${word}_${unit}`, help, { of: "labelSet", lines }, [], unit);
}
