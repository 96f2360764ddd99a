import { IMPACT_COLUMNS } from "../model/amounts.ts";
import { BOUNDS } from "../model/range.ts";
import { USAGE_CLASSES, type UsageClass } from "../model/usage.ts";

/** A column per slot and bound, such as `co2eGrams_usage_low`, in the order of {@link Amounts}. */
export const AMOUNT_COLUMNS: readonly string[] = IMPACT_COLUMNS.flatMap(([criterion, phase]) =>
  BOUNDS.map((bound) => `${criterion}_${phase}_${bound}`),
);

/** The classes of usage that the first version of the schema had. */
export const FIRST_USAGE_CLASSES = [
  "inputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "audioSeconds",
  "images",
  "pages",
] as const satisfies readonly UsageClass[];

/** What later versions added to them. */
export const VIDEO_CLASSES = [
  "videos",
  "videoSeconds",
  "videoMegapixelSeconds",
] as const satisfies readonly UsageClass[];

const TIMES = ["attempts", "durationSeconds"] as const;

/** {@link SUMMED_COLUMNS} of the first version of the schema. */
export const FIRST_SUMMED_COLUMNS: readonly string[] = [...TIMES, ...FIRST_USAGE_CLASSES, ...AMOUNT_COLUMNS];

/** The columns that are added up when rows become hours. Empty where nothing is known, never 0. */
export const SUMMED_COLUMNS: readonly string[] = [...TIMES, ...USAGE_CLASSES, ...AMOUNT_COLUMNS];

/** What the rows of one kind have in common; kept once, in the table `context`. */
export const FIRST_CONTEXT_COLUMNS = [
  "provider",
  "requestedModel",
  "respondedModel",
  "model",
  "operation",
  "endpoint",
  "labels",
  "outcome",
  "errorType",
  "usageSource",
  "zone",
  "evidence",
  "accounting",
  "factorIds",
  "catalogueVersion",
  "resolution",
  "gridBasis",
  "warnings",
  "unattributedReason",
] as const;

/** What later versions of the schema added to them. */
export const ADDED_CONTEXT_COLUMNS = ["zoneBasis", "proxy", "proxyReason", "reasoningEffort", "servedBy"] as const;

/** What became of what the provider stated. */
export const STATEMENT_COLUMN = "statement";

export const CONTEXT_COLUMNS = [...FIRST_CONTEXT_COLUMNS, ...ADDED_CONTEXT_COLUMNS, STATEMENT_COLUMN] as const;
export type ContextColumn = (typeof CONTEXT_COLUMNS)[number];
