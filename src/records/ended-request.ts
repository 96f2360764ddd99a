import type { ZoneBasis } from "../model/footprint.ts";
import type { Labels, Outcome } from "../model/request.ts";
import type { Stated } from "../model/stated.ts";
import type { Usage, UsageSource } from "../model/usage.ts";
import { UNKNOWN_API } from "../wire/unknown-api.ts";
import type { Reading } from "../wire/reading.ts";
import { CHARACTERS_PER_TOKEN } from "../wire/token-estimate.ts";
import type { BatchedRequest } from "../requests/batches.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import { placeOfRequest } from "./place.ts";
import { divideByModel } from "./usage-by-model.ts";

/** What is known of a request when it has ended, before anything is attributed to it. */
export interface EndedRequest {
  /** Where it has one already. */
  readonly id: string | undefined;
  readonly provider: string;
  readonly host: string;
  readonly operation: string;
  /** Of several places that cannot be told apart, all. */
  readonly zone: string | readonly string[] | undefined;
  /** Who says the zone. @default "declared" */
  readonly zoneBasis?: ZoneBasis | undefined;
  /** The provider that served it, where the one that was asked passed it on. */
  readonly servedBy?: string | undefined;
  /** As the request words it. */
  readonly reasoningEffort?: string | undefined;
  readonly labels: Labels;
  readonly requestedModel: string | undefined;
  readonly respondedModel: string | undefined;
  readonly outcome: Outcome;
  readonly errorType: string | undefined;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMilliseconds: number;
  readonly durationSeconds: number;
  readonly timeToFirstTokenSeconds: number | undefined;
  readonly usage: Usage | undefined;
  /** The same by model, where several worked on the answer. */
  readonly usageByModel?: Readonly<Record<string, Usage>> | undefined;
  readonly usageSource: UsageSource;
  readonly rawUsage: unknown;
  /** What the provider says of its footprint; `unreadable` where that is broken. */
  readonly stated?: Stated | "unreadable" | undefined;
  /** Whether it went to an API that no family knows. */
  readonly toUnknownApi?: boolean;
}

export function endedRequest(
  request: PendingRequest,
  outcome: Outcome,
  errorType: string | undefined,
  reading: Reading | undefined,
): EndedRequest {
  const { origin, endpoint, requestedModel, requestBytes, scope, asked } = request.start;
  const respondedModel = reading?.respondedModel;
  const inputTokens = reading && inputIsEstimated(reading) ? estimatedInputTokens(requestBytes) : undefined;
  const usage = inputTokens === undefined ? reading?.usage : { inputTokens, ...reading?.usage };
  const divided = usage && reading?.others && divideByModel(usage, respondedModel ?? requestedModel, reading.others);
  const { zone, zoneBasis, servedBy } = placeOfRequest(request, reading);
  // Every request passes here: an object with the same keys each time is made several times faster than one put together.
  return {
    id: request.start.admission?.id,
    provider: origin.provider,
    host: origin.host,
    operation: endpoint.operation,
    zone,
    zoneBasis,
    servedBy,
    labels: scope ? { ...origin.labels, ...scope.labels } : origin.labels,
    requestedModel,
    respondedModel,
    outcome,
    errorType,
    attempts: request.attempts,
    startedAtMilliseconds: request.startedAtMilliseconds,
    durationSeconds: request.durationSeconds,
    timeToFirstTokenSeconds: request.timeToFirstTokenSeconds,
    usage,
    ...divided,
    usageSource: inputTokens === undefined ? (reading?.usageSource ?? "missing") : "estimated",
    rawUsage: reading?.rawUsage,
    stated: reading?.stated,
    reasoningEffort: asked.reasoningEffort,
    toUnknownApi: endpoint === UNKNOWN_API,
  };
}

/** A request of a batch, whose duration nobody says. */
export function endedInBatch({ id, origin, operation, labels, result }: BatchedRequest): EndedRequest {
  const { usage, others, model } = result;
  return {
    id,
    provider: origin.provider,
    host: origin.host,
    operation,
    zone: origin.zone,
    labels,
    requestedModel: undefined,
    respondedModel: model,
    outcome: result.outcome,
    errorType: result.errorType,
    attempts: 1,
    startedAtMilliseconds: Date.now(),
    durationSeconds: 0,
    timeToFirstTokenSeconds: undefined,
    usage,
    ...(usage && others && divideByModel(usage, model, others)),
    usageSource: usage ? "reported" : "missing",
    rawUsage: result.rawUsage,
  };
}

/** A stream that has begun has read the request, even where it was left before any output. Not so one for a video. */
const inputIsEstimated = ({ usageSource, usage, begun, error }: Reading): boolean =>
  (usageSource === "estimated" && usage?.outputTokens !== undefined) ||
  (usage === undefined && begun && error === undefined);

/** A longer request carries files, whose length says nothing about tokens. */
const LONGEST_TEXT = 256 * 1024;

/** Input tokens by the length of the request's body, for a stream that did not state them; undefined where that would mislead. */
const estimatedInputTokens = (requestBytes: number | undefined): number | undefined =>
  requestBytes === undefined || requestBytes > LONGEST_TEXT
    ? undefined
    : Math.ceil(requestBytes / CHARACTERS_PER_TOKEN);
