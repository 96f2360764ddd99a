import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { Attributor, UnattributedModel } from "../attribution/attributor.ts";
import { defaultCatalogue } from "../factors/catalogue.ts";
import { usualProvider } from "../factors/usual-provider.ts";
import { reported } from "../formats/fields.ts";
import type { PastRequest } from "../formats/past-request.ts";
import type { ImportBatch, ImportStore } from "../journal/imports/import-store.ts";
import type { ImportedContext, ImportedRequest } from "../journal/imports/imported-request.ts";
import { columnsOfFlat, columnsOfRecord, type KnownColumns } from "../journal/imports/known-columns.ts";
import type { KnownNumbers } from "../journal/imports/written-requests.ts";
import { contextValues, type JournalledRecord } from "../journal/row.ts";
import type { SpanLink } from "../model/enclosing-span.ts";
import { newAmounts } from "../model/amounts.ts";
import { Recorder } from "../records/recorder.ts";
import { spreadFootprint } from "../report/spread-footprint.ts";
import { createTotals } from "../totals/totals.ts";

/** A request of the past that has an id. */
export type IdentifiedRequest = PastRequest & { readonly id: string };

/** What is written at once. */
export interface PastBatch {
  readonly requests: readonly IdentifiedRequest[];
  readonly links: readonly SpanLink[];
}

/** A record of each kind of request, of which the others differ in numbers only. */
interface Pattern extends ImportedContext {
  readonly record: JournalledRecord;
}

/** Names come from outside; a stream of new ones must not fill the memory. */
const MOST_PATTERNS = 10_000;

/** Attributes past requests, as a journal takes them. An object is made of the first request of each kind only. */
export class PastRecorder {
  readonly #recorder: Recorder;
  readonly #catalogue;
  readonly #amounts = newAmounts();
  readonly #usualProviders = new Map<string, string>();
  #patterns = new Map<Attributor | UnattributedModel, Map<string, Pattern>>();
  #patternCount = 0;

  constructor(options: AttributionOptions) {
    const totals = createTotals({ labelNames: [], now: () => 0 });
    this.#recorder = new Recorder(createAttribute(options), totals, () => undefined);
    this.#catalogue = options.catalogue ?? defaultCatalogue();
  }

  /** @param there what is known of the request that has an id */
  imported(past: IdentifiedRequest, there: (id: string) => KnownNumbers | undefined): ImportedRequest {
    const whole = past.bucket?.completes ? completed(past, there(past.id)) : past;
    const request = whole.provider === "unknown" ? { ...whole, provider: this.#usualProvider(whole) } : whole;
    const attributor = this.#recorder.attributorOf(request);
    // Each statement is of one request.
    if (request.usageByModel || (request.stated !== undefined && request.requests === 1))
      return this.#recorded(request, this.#recorder.add(request, true)!);
    return request.requests === 1 ? this.#single(request, attributor) : this.#sum(request, attributor);
  }

  #single(request: IdentifiedRequest, attributor: Attributor | UnattributedModel): ImportedRequest {
    const { usage, durationSeconds } = request;
    const attributed = "unattributedReason" in attributor ? undefined : attributor;
    const slots = usage && attributed ? attributed.evaluate(usage, durationSeconds, this.#amounts) : 0;
    const warnings = slots === 0 ? "" : attributed!.warningsOf(usage!).join();
    const pattern = this.#pattern(request, attributor, `${slots === 0}${warnings}`);
    const flat = {
      id: request.id,
      startedAt: new Date(request.startedAtMilliseconds),
      timeToFirstTokenSeconds: request.timeToFirstTokenSeconds,
      footprint: slots === 0 ? undefined : pattern.record.footprint,
      rawUsage: request.rawUsage,
      attempts: request.attempts,
      durationSeconds,
      usage,
    };
    return this.#row(request, pattern, columnsOfFlat(flat, this.#amounts, slots));
  }

  /** Of a sum of several, the mean is attributed, with the range that a mean loses. */
  #sum(request: IdentifiedRequest, attributor: Attributor | UnattributedModel): ImportedRequest {
    const { usage, usageSource, requests, durationSeconds } = request;
    const attributed = "unattributedReason" in attributor ? undefined : attributor;
    const footprint = usage && attributed ? spreadFootprint(attributed, usage, requests, durationSeconds) : undefined;
    const without = this.#recorder.add({ ...request, usage: undefined, usageSource: "missing" }, true)!;
    const reason = "unattributedReason" in attributor ? attributor.unattributedReason : "no_factor";
    const record: JournalledRecord = {
      ...without,
      requests,
      usage,
      usageSource,
      footprint,
      unattributedReason: footprint ? undefined : usage ? reason : without.unattributedReason,
    };
    return this.#recorded(request, record);
  }

  #recorded(request: IdentifiedRequest, record: JournalledRecord): ImportedRequest {
    return this.#row(request, { values: () => contextValues(record) }, columnsOfRecord(record));
  }

  #row(past: IdentifiedRequest, context: ImportedContext, known: KnownColumns): ImportedRequest {
    const { id, bucket, sighting, startedAtMilliseconds, requests, provider } = past;
    return {
      id,
      startedAtMilliseconds,
      requests,
      provider,
      context,
      known,
      bucket: bucket && { ...bucket, grouping: { all: bucket.grouping, some: bucket.partly ?? [] } },
      sighting: sighting && {
        ...sighting,
        model: past.respondedModel ?? past.requestedModel ?? "",
        startedAt: startedAtMilliseconds,
        endedAt: startedAtMilliseconds + past.durationSeconds * 1000,
        failed: past.outcome === "failed",
      },
    };
  }

  #pattern(request: IdentifiedRequest, attributor: Attributor | UnattributedModel, quality: string): Pattern {
    let key = `${request.requestedModel ?? ""}\n${request.respondedModel ?? ""}\n${request.host}\n${request.outcome}${request.errorType ?? ""}\n${request.usageSource}${quality}`;
    const { labels } = request;
    for (const name in labels) key += `\n${name}\n${labels[name]!}`;
    let patterns = this.#patterns.get(attributor);
    let pattern = patterns?.get(key);
    if (!pattern) {
      const record = this.#recorder.add(request, true)!;
      pattern = { record, values: () => contextValues(record) };
      if (this.#patternCount++ % MOST_PATTERNS === MOST_PATTERNS - 1) this.#patterns = new Map();
      patterns = this.#patterns.get(attributor) ?? new Map<string, Pattern>();
      this.#patterns.set(attributor, patterns.set(key, pattern));
    }
    return pattern;
  }

  /** Who serves a model where nobody says so: who made it. */
  #usualProvider({ respondedModel, requestedModel }: PastRequest): string {
    const model = respondedModel ?? requestedModel;
    if (model === undefined) return "unknown";
    let provider = this.#usualProviders.get(model);
    if (provider === undefined) {
      provider = usualProvider(this.#catalogue, model);
      if (this.#usualProviders.size < MOST_PATTERNS) this.#usualProviders.set(model, provider);
    }
    return provider;
  }
}

/** A batch as it is written, one request after another: the numbers of many need not be in memory. */
export const imported = (
  recorder: PastRecorder,
  { requests, links }: PastBatch,
  store: Pick<ImportStore, "numbersOf">,
): ImportBatch => ({ requests: eachImported(recorder, requests, store), links });

function* eachImported(
  recorder: PastRecorder,
  requests: readonly IdentifiedRequest[],
  store: Pick<ImportStore, "numbersOf">,
): Generator<ImportedRequest> {
  for (const request of requests) yield recorder.imported(request, (id) => store.numbersOf(id));
}

/** A reading together with what it leaves out and an earlier one knows. */
function completed(request: IdentifiedRequest, there: KnownNumbers | undefined): IdentifiedRequest {
  if (!there) return request;
  const usage = { ...there.usage, ...request.usage };
  return {
    ...request,
    requests: Math.max(request.requests, there.requests),
    ...reported(Object.keys(usage).length > 0 ? usage : undefined),
  };
}
