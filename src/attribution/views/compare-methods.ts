import { citation, type Boundary } from "../../factors/factor.ts";
import { usualProvider } from "../../factors/usual-provider.ts";
import { newAmounts } from "../../model/amounts.ts";
import type { Criterion, Evidence, Impact } from "../../model/footprint.ts";
import type { Usage } from "../../model/usage.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import type { Engine } from "../engines/engine.ts";
import { impactsOf } from "../engines/impacts.ts";
import { estimatesOf, extrapolatedLca, operatorLca, operatorStatement } from "../selection/methodology.ts";
import { createSelector, type AttributionOptions } from "../selection/selection.ts";
import { tokenWeights } from "../estimates/weights.ts";

/** What one published method says of a usage. */
export interface MethodResult {
  /** The factor it rests on, as `id@version`. */
  readonly method: string;
  /** How good the method's factor is for this model. */
  readonly evidence: Evidence;
  /** The model whose figures these are, where nobody has published any of the one that was asked for. */
  readonly proxy?: string;
  /** By criterion, in the unit of its name; absent where the method does not say. */
  readonly impacts: Readonly<Partial<Record<Criterion, Impact>>>;
  /** What the factor's own figure includes; figures of different boundaries cannot be compared. */
  readonly boundary: Boundary;
  /** All factors that enter, as `id@version`. */
  readonly factorIds: readonly string[];
  /** What must be known besides. */
  readonly warnings: readonly string[];
}

/** What methods are compared for, besides a model and its usage. */
export interface ComparisonOptions extends AttributionOptions {
  /** Who serves the model. @default its developer */
  readonly provider?: string;
  /** @default "chat" */
  readonly operation?: string;
  /** How long the request took. @default unbounded */
  readonly durationSeconds?: number;
}

/**
 * What each applicable published method says of a usage, side by side and never averaged; empty where none applies.
 *
 * @example
 * ```ts
 * for (const { method, impacts } of compareMethods({ inputTokens: 1_000, outputTokens: 400 }, "mistral-large-2407")) {
 *   console.log(method, impacts.co2eGrams);
 * }
 * ```
 */
export function compareMethods(usage: Usage, modelName: string, options: ComparisonOptions = {}): MethodResult[] {
  const { catalogue, select } = createSelector(options);
  const { provider = usualProvider(catalogue, modelName), operation = "chat", durationSeconds = Infinity } = options;
  const { served, proxy } = select({ provider, model: modelName, operation });
  if (served === undefined) return [];
  const { infrastructure, modality } = served;
  const weights = tokenWeights(catalogue);

  const lca = modality === "text" ? (operatorLca(served) ?? extrapolatedLca(served, false)) : undefined;
  const statement = operatorStatement(served);
  const engines: Engine[] = [
    ...(lca === undefined ? [] : [lca]),
    ...(statement === undefined ? [] : [statement]),
    ...estimatesOf({ ...served, figures: [served.figures[0]] }).map((estimate) =>
      energyEngine([estimate], infrastructure, weights),
    ),
  ];
  return engines.flatMap((engine) => {
    const amounts = newAmounts();
    const mask = engine.write(usage, durationSeconds, amounts);
    const [factor] = engine.factors;
    if (mask === 0 || factor === undefined) return [];
    return {
      method: citation(factor),
      evidence: engine.evidence,
      ...(proxy && { proxy: proxy.model }),
      impacts: impactsOf(amounts, mask),
      boundary: factor.boundary,
      factorIds: engine.factors.map(citation),
      warnings: [...engine.warnings, ...engine.warningsOf(usage)],
    };
  });
}
