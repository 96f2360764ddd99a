import { countableUsage } from "../countable.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { CRITERIA, type Criterion, type Footprint } from "../../model/footprint.ts";
import { add, exactly, type Range } from "../../model/range.ts";
import type { RequestRecord } from "../../model/request.ts";
import { sumShares } from "../../model/sum.ts";
import { subjectOf } from "../attributor.ts";
import { sharesOf } from "../shares.ts";
import { createAttribute } from "../selection/attribute.ts";
import type { AttributionOptions } from "../selection/selection.ts";
import type { ExplainableRecord } from "./explain.ts";

/** What of a record a restatement needs: what was used, and what was said of it. */
export type RestatableRecord = ExplainableRecord & Pick<RequestRecord, "id">;

/** A record's footprint, before and after. */
export interface RestatedRecord {
  readonly id: string;
  readonly before: Footprint | undefined;
  readonly after: Footprint | undefined;
}

/** History by another catalogue. */
export interface Restatement {
  /** Of the catalogue that the records were restated with. */
  readonly catalogueVersion: string;
  /** The records with their footprints computed again. */
  readonly records: readonly RestatedRecord[];
  /** Sums over all records, of what was recorded and of what is said now. */
  readonly totals: Readonly<Record<Criterion, { readonly before: Range; readonly after: Range }>>;
  /** Records that had a footprint, and records that have one now. */
  readonly attributed: { readonly before: number; readonly after: number };
}

/**
 * Computes history again from stored usage. The usage is never touched; live grid intensities of the past are not
 * known any more, so the annual averages are used.
 *
 * @example
 * ```ts
 * const { totals, attributed } = restate(records, createCatalogue({ files: ["our-factors.yaml"] }));
 * console.log(totals.co2eGrams.before, totals.co2eGrams.after, attributed);
 * ```
 */
export function restate(
  records: Iterable<RestatableRecord>,
  catalogue: Catalogue,
  options: Omit<AttributionOptions, "catalogue"> = {},
): Restatement {
  const attribute = createAttribute({ ...options, catalogue });
  const restated = Array.from(records, (record): RestatedRecord => {
    const footprints = sharesOf(record).map((share) => {
      const attributor = attribute(subjectOf(share));
      const usage = countableUsage(share.usage, record.operation, "completed", share.stated);
      if (usage === undefined || "unattributedReason" in attributor) return undefined;
      return attributor.footprint(usage, share.durationSeconds);
    });
    return { id: record.id, before: record.footprint, after: sumShares(footprints) };
  });
  const sum = (when: "before" | "after", criterion: Criterion): Range =>
    restated.reduce<Range>((total, record) => {
      const impact = record[when]?.[criterion];
      return impact === undefined ? total : add(total, impact);
    }, exactly(0));
  return {
    catalogueVersion: catalogue.identity,
    records: restated,
    totals: Object.fromEntries(
      CRITERIA.map((criterion) => [criterion, { before: sum("before", criterion), after: sum("after", criterion) }]),
    ) as Restatement["totals"],
    attributed: {
      before: restated.filter(({ before }) => before !== undefined).length,
      after: restated.filter(({ after }) => after !== undefined).length,
    },
  };
}
