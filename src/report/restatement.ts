import { subjectOf } from "../attribution/attributor.ts";
import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { JournalReader, JournalSum, Period } from "../journal/reading.ts";
import { CRITERIA, type Criterion, type Footprint, type Impact } from "../model/footprint.ts";
import { scale } from "../model/range.ts";
import type { Usage } from "../model/usage.ts";
import type { ReportEntry } from "./entry.ts";
import { entryOf } from "./journal-source.ts";

/**
 * What a journal holds of a period, computed again with other factors. Each sum is restated as its mean request times
 * their number, because hours keep sums only. Live grid intensities of the past are not known any more: the annual
 * averages are used.
 */
export function readRestatedEntries(
  journal: JournalReader,
  period: Period,
  bucketSeconds: number,
  options: AttributionOptions,
): ReportEntry[] {
  const attribute = createAttribute(options);
  return journal.sums(period, bucketSeconds).map((sum) => {
    const { requests, durationSeconds } = sum;
    const attributor = attribute(subjectOf(sum));
    if (sum.usageSource === "missing" || "unattributedReason" in attributor) return restatedEntry(sum, undefined);
    const footprint = attributor.footprint(divided(sum.usage, requests), durationSeconds / requests);
    return restatedEntry({ ...sum, model: attributor.model }, footprint && multiplied(footprint, requests));
  });
}

function restatedEntry(sum: JournalSum, footprint: Footprint | undefined): ReportEntry {
  const entry = entryOf({ ...sum, footprint });
  const before = sum.footprint?.catalogueVersion;
  const changed = before !== undefined && before !== footprint?.catalogueVersion;
  return { ...entry, provenance: { ...entry.provenance, restatedFrom: changed ? [before] : [] } };
}

/** The usage of the mean request. */
export const divided = (usage: Usage, requests: number): Usage =>
  Object.fromEntries(
    Object.entries(usage).map(([usageClass, amount]: [string, number]) => [usageClass, amount / requests]),
  );

/** The footprint of that many equal requests. */
export function multiplied(footprint: Footprint, requests: number): Footprint {
  const impacts = CRITERIA.flatMap((criterion): [Criterion, Impact][] => {
    const impact = footprint[criterion];
    if (!impact) return [];
    const phases = Object.entries(impact.phases).map(([phase, amount]) => [phase, scale(amount, requests)] as const);
    return [[criterion, { ...scale(impact, requests), phases: Object.fromEntries(phases) }]];
  });
  return { ...footprint, ...(Object.fromEntries(impacts) as Partial<Record<Criterion, Impact>>) };
}
