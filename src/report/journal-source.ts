import { subjectOf } from "../attribution/attributor.ts";
import type { JournalReader, Period } from "../journal/reading.ts";
import type { JournalSum } from "../journal/journal-sum.ts";
import { CRITERIA, type Footprint } from "../model/footprint.ts";
import type { ReportEntry, ReportImpacts } from "./entry.ts";
import { statementsOf } from "./statements.ts";

/** What a journal holds of a period, in stretches of `bucketSeconds`. */
export function readJournalEntries(journal: JournalReader, period: Period, bucketSeconds: number): ReportEntry[] {
  return journal.sums(period, bucketSeconds).map(entryOf);
}

export function entryOf(sum: JournalSum): ReportEntry {
  const { footprint, requests, usage, startedAt } = sum;
  const statements = statementsOf(sum);
  const { provider, requestedModel, respondedModel, model, operation, endpoint, zone, outcome } = sum;
  return {
    startedAt,
    names: {
      ...sum.labels,
      ...{ provider, requestedModel, respondedModel, operation, endpoint, zone, outcome },
      model: isStandIn(model) ? (respondedModel ?? requestedModel ?? model) : model,
    },
    requests,
    attributedRequests: footprint ? requests : 0,
    estimatedRequests: sum.usageSource === "estimated" ? requests : 0,
    usage,
    impacts: footprint ? impactsOf(footprint) : {},
    evidence: footprint ? { [footprint.evidence]: { requests, co2eGrams: footprint.co2eGrams?.central ?? 0 } } : {},
    provenance: {
      factorIds: footprint?.factorIds ?? [],
      catalogueVersions: footprint ? [footprint.catalogueVersion] : [],
      accounting: footprint ? [footprint.accounting] : [],
      warnings: footprint?.warnings ?? [],
      restatedFrom: [],
    },
    ...(statements && { statements }),
    ...(footprint?.gridIntensity?.basis !== "live" && { subject: subjectOf(sum) }),
  };
}

/** What stands for a model that the catalogue does not know: people know it by the name that they asked for. */
const isStandIn = (model: string): boolean => model === "unknown" || model.startsWith("class-");

const impactsOf = (footprint: Footprint): ReportImpacts =>
  Object.fromEntries(
    CRITERIA.flatMap((criterion) => (footprint[criterion] ? [[criterion, footprint[criterion]]] : [])),
  );
