/**
 * The names of OpenTelemetry's GenAI conventions for what they have names for. They are in development (repository
 * semantic-conventions-genai, November 2026): a rename is one line here.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export const GEN_AI_NAMES = {
  provider: "gen_ai.provider.name",
  requestedModel: "gen_ai.request.model",
  respondedModel: "gen_ai.response.model",
  operation: "gen_ai.operation.name",
} as const;

/** The conventions have no name for a footprint: these are ours, with the units in them. */
export const FOOTPRINT_NAMES = {
  evidence: "llm_footprint.evidence",
  model: "llm_footprint.model",
  zone: "llm_footprint.zone",
  catalogueVersion: "llm_footprint.catalogue_version",
  unattributedReason: "llm_footprint.unattributed_reason",
} as const;
