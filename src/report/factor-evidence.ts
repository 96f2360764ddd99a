import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { ReportEntry } from "./entry.ts";

/** Adds how good the factors at hand are for the models of which something was stated, which the entry itself does not rest on. */
export function withFactorEvidence(entries: readonly ReportEntry[], options: AttributionOptions): ReportEntry[] {
  const attribute = createAttribute(options);
  return entries.map((entry) => {
    const { statements, names } = entry;
    const { provider, operation } = names;
    if (!statements || provider === undefined || operation === undefined) return entry;
    const model = names["respondedModel"] ?? names["requestedModel"] ?? names["model"] ?? "";
    const factors = attribute({ provider, model, operation });
    if ("unattributedReason" in factors) return entry;
    return { ...entry, statements: { ...statements, factorEvidence: [factors.evidence] } };
  });
}
