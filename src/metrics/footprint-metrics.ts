import { IMPACT_COLUMNS, totalSlots } from "../model/amounts.ts";
import { CRITERIA, CRITERION_FACTS, criterionTable, PHASES, type Criterion, type Phase } from "../model/criteria.ts";
import type { Cell } from "../totals/cells.ts";
import { LABEL_SET } from "../totals/columns.ts";
import { counter, oneLine, type MetricDefinition } from "./metric.ts";

const BOUND_INDEX = { low: 0, central: 1, high: 2 } as const;

const totalCells = (criterion: Criterion, bound: keyof typeof BOUND_INDEX): Cell[] =>
  totalSlots[criterion].map((slot) => ({ group: LABEL_SET.slot + slot, index: BOUND_INDEX[bound] }));

/** The central total of a criterion, per phase where its facts say so. */
function central(criterion: Criterion): MetricDefinition {
  const { word, unit, help: text, perPhase } = CRITERION_FACTS[criterion].metric;
  if (!perPhase) {
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

function bound(criterion: Criterion, which: "low" | "high"): MetricDefinition {
  const { word, unit, help: text } = CRITERION_FACTS[criterion].metric;
  const help = `${text}, ${which} estimate of the total.`;
  return counter(
    `${word}_${which}_${unit}`,
    help,
    { of: "labelSet", lines: oneLine(...totalCells(criterion, which)) },
    [],
    unit,
  );
}

function training(criterion: Criterion): MetricDefinition {
  const { word, unit, help: text } = CRITERION_FACTS[criterion].metric;
  const slot = IMPACT_COLUMNS.findIndex(([of, phase]) => of === criterion && phase === "training");
  const lines = oneLine({ group: LABEL_SET.slot + slot, index: BOUND_INDEX.central });
  const help = `${text} for training, spread over requests; part of no total, central estimate.`;
  return counter(`training_${word}_${unit}`, help, { of: "labelSet", lines }, [], unit);
}

type KeyOf<Of extends Criterion> = (typeof CRITERION_FACTS)[Of]["metric"]["key"];
type TrainedCriterion = {
  [Of in Criterion]: "training" extends (typeof CRITERION_FACTS)[Of]["phases"][number] ? Of : never;
}[Criterion];

/** The names that a criterion's counters have in the metric table: `co2e`, `co2eLow`, `co2eHigh`, `trainingCo2e`. */
export type FootprintMetricKey =
  `${KeyOf<Criterion>}${"" | "Low" | "High"}` | `training${Capitalize<KeyOf<TrainedCriterion>>}`;

/** The counters of each criterion by the bound that they count. */
export const FOOTPRINT_METRIC_KEYS = criterionTable(({ metric: { key } }) => ({
  low: `${key}Low` as FootprintMetricKey,
  central: key as FootprintMetricKey,
  high: `${key}High` as FootprintMetricKey,
}));

const totals = CRITERIA.flatMap((criterion): [FootprintMetricKey, MetricDefinition][] => {
  const keys = FOOTPRINT_METRIC_KEYS[criterion];
  return [
    [keys.central, central(criterion)],
    [keys.low, bound(criterion, "low")],
    [keys.high, bound(criterion, "high")],
  ];
});

const trainings = CRITERIA.flatMap((criterion): [FootprintMetricKey, MetricDefinition][] => {
  const { phases, metric } = CRITERION_FACTS[criterion];
  const name = `${metric.key[0]!.toUpperCase()}${metric.key.slice(1)}`;
  return (phases as readonly Phase[]).includes("training")
    ? [[`training${name}` as FootprintMetricKey, training(criterion)]]
    : [];
});

/** Every counter of the footprint: totals first, training behind them. */
export const FOOTPRINT_METRICS = Object.fromEntries([...totals, ...trainings]) as Readonly<
  Record<FootprintMetricKey, MetricDefinition>
>;
