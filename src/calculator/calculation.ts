import { compareModels, type ModelComparison } from "../attribution/views/compare-models.ts";
import { estimate } from "../attribution/views/estimate.ts";
import type { Derivation } from "../attribution/views/explain.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Inputs } from "./inputs.ts";

/** What the calculator says. */
export interface Answer {
  readonly first: Derivation;
  /** Where another model stands beside it. */
  readonly second?: Derivation;
  /** Absent where nothing covers one of the two. */
  readonly comparison?: ModelComparison;
}

/** @throws ConfigurationError for a place that does not exist */
export function answer(inputs: Inputs, catalogue: Catalogue): Answer {
  const { model, versus, provider, zone, methodology, operation, reasoningEffort, usage } = inputs;
  const options = { catalogue, methodology, ...(zone !== undefined && { zone }) };
  const effort = reasoningEffort !== undefined && { reasoningEffort };
  const first = estimate({ model, provider, operation, usage, ...effort }, options);
  if (versus === undefined) return { first };
  const { methodology: _, ...rest } = options;
  const comparison = compareModels(
    { model, ...(provider !== undefined && { provider }), ...effort },
    { model: versus, ...effort },
    usage,
    rest,
  );
  return {
    first,
    second: estimate({ model: versus, operation, usage, ...effort }, options),
    ...(comparison && { comparison }),
  };
}

/** What is wrong with the inputs, for people. */
export const problemText = (error: unknown): string =>
  error instanceof ConfigurationError ? error.message.replace(/^llm-footprint: /, "") : String(error);
