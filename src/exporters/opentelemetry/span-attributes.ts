import { trace, type Attributes, type Span } from "@opentelemetry/api";

import { CRITERIA, CRITERION_FACTS } from "../../model/criteria.ts";
import { BOUNDS } from "../../model/range.ts";
import type { RequestRecord } from "../../model/request.ts";
import { FOOTPRINT_NAMES, GEN_AI_NAMES } from "./attribute-names.ts";

/**
 * Writes a request's footprint on the span that was active when the request began. A span that has ended by the time
 * the request settles, as one around a stream may have, stays as it is.
 */
export const spanObserver = () => ({
  begun: (): Span | undefined => trace.getActiveSpan(),
  settled(begun: unknown, record: RequestRecord): void {
    const span = begun as Span | undefined;
    if (span?.isRecording() === true) span.setAttributes(spanAttributes(record));
  },
});

/** A record as span attributes; units in the names, ranges as three values, what is unknown left out. */
function spanAttributes(record: RequestRecord): Attributes {
  const { footprint, provider, operation, requestedModel, respondedModel, model, zone, unattributedReason } = record;
  const attributes: Attributes = {
    [GEN_AI_NAMES.provider]: provider,
    [GEN_AI_NAMES.operation]: operation,
    [FOOTPRINT_NAMES.model]: model,
    ...(requestedModel !== undefined && { [GEN_AI_NAMES.requestedModel]: requestedModel }),
    ...(respondedModel !== undefined && { [GEN_AI_NAMES.respondedModel]: respondedModel }),
    ...(zone !== undefined && { [FOOTPRINT_NAMES.zone]: zone }),
    ...(unattributedReason !== undefined && { [FOOTPRINT_NAMES.unattributedReason]: unattributedReason }),
  };
  if (!footprint) return attributes;
  attributes[FOOTPRINT_NAMES.evidence] = footprint.evidence;
  attributes[FOOTPRINT_NAMES.catalogueVersion] = footprint.catalogueVersion;
  for (const criterion of CRITERIA) {
    const impact = footprint[criterion];
    if (!impact) continue;
    const { word, unit } = CRITERION_FACTS[criterion].metric;
    for (const bound of BOUNDS) {
      attributes[`llm_footprint.${word}.${bound === "central" ? "" : `${bound}_`}${unit}`] = impact[bound];
    }
  }
  return attributes;
}
