import type { Evidence, UnattributedReason } from "../model/footprint.ts";

/** How good the factors are, in words. */
export const EVIDENCE_TITLES: Readonly<Record<Evidence, string>> = {
  user_measured: "measured by the user",
  user: "given by the user",
  stated_measured: "measured and stated by the provider",
  operator_lca: "operator's life-cycle assessment",
  operator_lca_extrapolated: "extrapolated from an operator's assessment",
  operator_statement: "operator's statement",
  measured: "measured by others",
  stated_estimated: "estimated and stated by the provider",
  modelled: "modelled",
  parametric: "estimated from the model's size",
  proxy: "figures of a named stand-in",
  class_default: "default for its size class",
};

/** Why there is no footprint, in words. */
export const REASON_TITLES: Readonly<Record<UnattributedReason, string>> = {
  failed: "the request failed",
  no_usage: "no usage was stated",
  no_factor: "no factor for what was used",
  unknown_model: "the model is unknown",
  unknown_api: "the API is unknown",
};
