import { subjectOf } from "../attribution/attributor.ts";
import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { JournalReader, Period } from "../journal/reading.ts";
import type { JournalSum } from "../journal/journal-sum.ts";
import type { Footprint } from "../model/footprint.ts";
import type { ReportEntry } from "./entry.ts";
import { entryOf } from "./journal-source.ts";
import { spreadFootprint } from "./spread-footprint.ts";

/**
 * What a journal holds of a period, computed again with other factors. Of each sum only the sum is known, because hours keep
 * no more: its range holds however the usage was spread. Live grid intensities of the past are not known any more: the annual
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
    const footprint = spreadFootprint(attributor, sum.usage, requests, durationSeconds);
    return restatedEntry({ ...sum, model: attributor.model }, footprint);
  });
}

function restatedEntry(sum: JournalSum, footprint: Footprint | undefined): ReportEntry {
  const entry = entryOf({ ...sum, footprint });
  const before = sum.footprint?.catalogueVersion;
  const changed = before !== undefined && before !== footprint?.catalogueVersion;
  return { ...entry, provenance: { ...entry.provenance, restatedFrom: changed ? [before] : [] } };
}
