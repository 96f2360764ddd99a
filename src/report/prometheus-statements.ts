import type { MetricKey } from "../metrics/metrics.ts";
import { addStep, requestsIn, stepOf, type RatioSteps } from "../model/ratio-steps.ts";
import { STATED_SOURCES, type StatementKind } from "../model/stated.ts";
import type { Sample } from "./prometheus-api.ts";
import type { Statements } from "./statements.ts";

/** The increase of a metric, or of one of the series of a histogram. */
export type Increases = (metric: MetricKey, suffix?: "_bucket") => Promise<Sample[]>;

/** What was stated, by model. Within a bucket of the histogram ratios are taken to be spread evenly. */
export async function readStatements(
  increases: Increases,
  modelKey: (labels: Sample["labels"]) => string,
): Promise<Map<string, Statements>> {
  const requests = new Map<string, Map<StatementKind, number>>();
  for (const { labels, value } of await increases("statedRequests")) {
    const ofModel = requests.get(modelKey(labels)) ?? new Map<StatementKind, number>();
    const kind = labels["source"] as StatementKind;
    requests.set(modelKey(labels), ofModel.set(kind, (ofModel.get(kind) ?? 0) + value));
  }
  if (requests.size === 0) return new Map();
  const upTo = new Map<string, Map<number, number>>();
  for (const { labels, value } of await increases("statedToEstimated", "_bucket")) {
    const ofModel = upTo.get(modelKey(labels)) ?? new Map<number, number>();
    upTo.set(modelKey(labels), ofModel);
    addStep(ofModel, Number(labels["le"]?.replace("+Inf", "Infinity")), value);
  }
  return new Map(
    Array.from(requests, ([key, kinds]) => [key, statementsOf(kinds, ratiosOf(upTo.get(key) ?? new Map()))]),
  );
}

/** A part of what was stated of a model, as of one of its label sets. @param share 0 to 1 */
export function shareOfStatements(statements: Statements, share: number): Statements {
  const { requests, ratios, leftOut } = statements;
  return {
    ...statements,
    requests: requests * share,
    ratios: new Map(Array.from(ratios, ([step, compared]) => [step, compared * share])),
    leftOut: Object.fromEntries(Object.entries(leftOut).map(([reason, left]) => [reason, left * share])),
  };
}

function statementsOf(kinds: ReadonlyMap<StatementKind, number>, ratios: RatioSteps): Statements {
  const of = (kind: StatementKind): number => kinds.get(kind) ?? 0;
  const rest = STATED_SOURCES.reduce((sum, source) => sum + of(source), 0) - requestsIn(ratios);
  // Prometheus extrapolates both, so that less than half a request says nothing.
  const leftOut = { implausible: of("implausible"), unreadable: of("unreadable"), other: rest < 0.5 ? 0 : rest };
  return {
    requests: [...kinds.values()].reduce((sum, requests) => sum + requests, 0),
    sources: STATED_SOURCES.filter((source) => of(source) > 0),
    ratios,
    leftOut: Object.fromEntries(Object.entries(leftOut).filter(([, requests]) => requests > 0)),
  };
}

/** @param upTo cumulative, by the upper bound of each bucket */
function ratiosOf(upTo: ReadonlyMap<number, number>): RatioSteps {
  const ratios = new Map<number, number>();
  let [below, before]: [number | undefined, number] = [undefined, 0];
  for (const [bound, requests] of [...upTo].sort(([a], [b]) => a - b)) {
    // What is above all bounds is at the last of them.
    const last: number | undefined = bound === Infinity ? below : stepOf(bound);
    if (last === undefined) continue;
    const first = below === undefined || bound === Infinity ? last : below + 1;
    const each = (requests - before) / (last - first + 1);
    if (each > 0) for (let step = first; step <= last; step++) addStep(ratios, step, each);
    [below, before] = [last, Math.max(before, requests)];
  }
  return ratios;
}
