import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { ReportEntry } from "./entry.ts";
import { divided } from "./spread-footprint.ts";

/**
 * Adds what to be careful about with the mean usage of each entry, from a source that keeps no warnings. Only where the
 * factors are those of the catalogue at hand: of others nobody knows.
 */
export function withUsageWarnings(entries: readonly ReportEntry[], options: AttributionOptions): ReportEntry[] {
  const attribute = createAttribute(options);
  return entries.map((entry) => {
    const { attributedRequests, usage, provenance } = entry;
    const { provider, model, operation, zone } = entry.names;
    if (!(attributedRequests > 0) || provider === undefined || operation === undefined) return entry;
    const attributor = attribute({ provider, model: model ?? "", operation, ...(zone !== undefined && { zone }) });
    if ("unattributedReason" in attributor) return entry;
    const footprint = attributor.footprint(divided(usage, attributedRequests), 0);
    if (!footprint || !provenance.catalogueVersions.includes(footprint.catalogueVersion)) return entry;
    const warnings = [...new Set([...provenance.warnings, ...footprint.warnings])];
    return { ...entry, provenance: { ...provenance, warnings } };
  });
}
