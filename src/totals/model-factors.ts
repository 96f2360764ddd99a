import type { Accounting, Evidence } from "../model/footprint.ts";

/** Which factors a provider's model is attributed with, for the record. */
export interface ModelFactors {
  readonly model: string;
  readonly zone: string | undefined;
  readonly evidence: Evidence;
  readonly accounting: Accounting;
  readonly factorIds: readonly string[];
  readonly catalogueVersion: string;
}
