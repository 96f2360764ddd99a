import type { Subject } from "../attribution/attributor.ts";
import type { Accounting, Criterion, Evidence, Phase } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";
import type { Usage } from "../model/usage.ts";
import type { Statements } from "./statements.ts";

/** A phase's amount; its bounds are unknown where a source keeps them for the total only. */
export interface PhaseAmount extends Partial<Range> {
  readonly central: number;
}

export interface ReportImpact extends Range {
  readonly phases: Readonly<Partial<Record<Phase, PhaseAmount>>>;
}

export type ReportImpacts = Readonly<Partial<Record<Criterion, ReportImpact>>>;

/** Requests of one kind within one stretch of time, as any source of a report can give them. */
export interface ReportEntry {
  readonly startedAt: Date;
  /** What can be grouped by: `provider`, `model`, `operation`, what else the source knows, and the labels. */
  readonly names: Readonly<Record<string, string | undefined>>;
  readonly requests: number;
  /** Requests that have a footprint. */
  readonly attributedRequests: number;
  /** Requests whose usage was estimated from what was seen of the answer. */
  readonly estimatedRequests: number;
  readonly usage: Usage;
  readonly impacts: ReportImpacts;
  /** By the evidence for the factors: the requests, and their CO2e in grams (central). */
  readonly evidence: Readonly<Partial<Record<Evidence, { readonly requests: number; readonly co2eGrams: number }>>>;
  readonly provenance: Provenance;
  /** What providers stated of the requests; absent where they stated nothing. */
  readonly statements?: Statements | undefined;
  /** What the factors were chosen for; absent where the source does not know it, and with a live grid intensity. */
  readonly subject?: Subject;
}

/** Where the numbers of an entry or a line come from: each a set of distinct values. */
export interface Provenance {
  readonly factorIds: readonly string[];
  readonly catalogueVersions: readonly string[];
  readonly accounting: readonly Accounting[];
  readonly warnings: readonly string[];
  /** Catalogue versions that the numbers were first computed with, when they have been restated. */
  readonly restatedFrom: readonly string[];
}
