import { countableUsage } from "../attribution/countable.ts";
import { subjectOf } from "../attribution/attributor.ts";
import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { JournalReader, Period } from "../journal/reading.ts";
import type { DividedSum, JournalSum } from "../journal/journal-sum.ts";
import { isStatedEvidence, type Footprint } from "../model/footprint.ts";
import { sumShares } from "../model/sum.ts";
import { usageWithout } from "../model/usage.ts";
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
  return journal.dividedSums(period, bucketSeconds).map((sum) => {
    // What providers stated of their requests holds whatever the factors; hours do not keep it, so that its footprint stands.
    if (restsOnStatement(sum)) return restatedEntry(sum, sum.footprint);
    const stated = sum.usageSource === "missing" ? undefined : sum.usage;
    if (countableUsage(stated, sum.operation, sum.outcome) === undefined) return restatedEntry(sum, undefined);
    const footprints = partsOf(sum).map((part) => {
      const attributor = attribute(subjectOf(part));
      if ("unattributedReason" in attributor) return undefined;
      return spreadFootprint(attributor, part.usage, part.requests, part.durationSeconds);
    });
    return restatedEntry({ ...sum, model: attribute(subjectOf(sum)).model }, sumShares(footprints));
  });
}

const restsOnStatement = ({ footprint }: JournalSum): boolean =>
  footprint !== undefined && isStatedEvidence(footprint.evidence);

/** A sum as each of the models that worked on its answers had it: the one that answered, and those that helped it. */
function partsOf(sum: DividedSum): JournalSum[] {
  const { shares } = sum;
  const own = { ...sum, usage: shares.map(({ usage }) => usage).reduce(usageWithout, sum.usage) };
  const isUsed = shares.length === 0 || Object.values(own.usage).some((amount) => amount > 0);
  const others = shares.map(({ model, ...share }) => ({
    ...sum,
    ...share,
    requestedModel: undefined,
    respondedModel: model,
  }));
  return isUsed ? [own, ...others] : others;
}

function restatedEntry(sum: JournalSum, footprint: Footprint | undefined): ReportEntry {
  const entry = entryOf({ ...sum, footprint });
  const before = sum.footprint?.catalogueVersion;
  const changed = before !== undefined && before !== footprint?.catalogueVersion;
  return { ...entry, provenance: { ...entry.provenance, restatedFrom: changed ? [before] : [] } };
}
