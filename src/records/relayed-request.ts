import type { RequestRecord } from "../model/request.ts";
import type { EndedRequest } from "./ended-request.ts";

/** An ended request as it is sent from one process to another: plain JSON. */
export type RelayedRequest = EndedRequest;

/** What a record says of its request, to be attributed again by the same catalogue. */
export const relayedRequest = (record: RequestRecord): RelayedRequest => ({
  id: record.id,
  provider: record.provider,
  host: record.endpoint,
  operation: record.operation,
  // Several places are joined in a record.
  zone: record.zone?.includes("+") ? record.zone.split("+") : record.zone,
  zoneBasis: record.zoneBasis,
  reasoningEffort: record.reasoningEffort,
  labels: record.labels,
  requestedModel: record.requestedModel,
  respondedModel: record.respondedModel,
  outcome: record.outcome,
  errorType: record.errorType,
  attempts: record.attempts,
  startedAtMilliseconds: record.startedAt.getTime(),
  durationSeconds: record.durationSeconds,
  timeToFirstTokenSeconds: record.timeToFirstTokenSeconds,
  usage: record.usage,
  rawUsage: record.rawUsage,
  stated: record.stated ?? (record.statement === "unreadable" ? record.statement : undefined),
  servedBy: record.servedBy,
  usageByModel: record.usageByModel,
  usageSource: record.usageSource,
  toUnknownApi: record.unattributedReason === "unknown_api",
});
