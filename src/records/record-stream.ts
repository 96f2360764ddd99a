import type { Footprint } from "../model/footprint.ts";
import type { Outcome, RequestRecord } from "../model/request.ts";
import { UNKNOWN_PROVIDER, type Origin } from "../requests/binding.ts";
import type { BatchedRequest } from "../requests/batches.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { SettlementHandler } from "../requests/requests.ts";
import type { Reading } from "../wire/reading.ts";
import { UNKNOWN_API } from "../wire/unknown-api.ts";
import { endedInBatch, endedRequest, type EndedRequest } from "./ended-request.ts";
import type { CountedRequest, RecordSink, Sink } from "./record-sink.ts";
import type { Recorder } from "./recorder.ts";
import type { RelayedRequest } from "./relayed-request.ts";

/** What a stream reports besides records, and asks. */
interface StreamReports {
  /** An internal error while attributing a request. */
  attributionFailed(): void;
  /** An internal error while observing one. */
  observationFailed(): void;
  /** A request went to an API of this host that no family knows. */
  unknownApi(host: string): void;
  /** Whether the journal holds a request with this id. */
  wasCounted(id: string): boolean;
  /** A request went to a host of which nobody says whose it is. */
  unknownProvider(origin: Origin): void;
  /** The gateway at this host has counted a request. */
  leftToGateway(host: string): void;
}

/** What a request was counted as, for whoever asks after its answer. */
const countedAs = (request: PendingRequest): EndedRequest | undefined => request.countedAs as EndedRequest | undefined;

/** The way of every request from its end to its sinks: attributed, added up, and made a record where one is wanted. */
export class RecordStream implements SettlementHandler {
  readonly #recorder: Recorder;
  readonly #budgets: Sink<CountedRequest> | undefined;
  readonly #sinks: readonly RecordSink[];
  readonly #reports: StreamReports;

  /** @param budgets take what counts of each request, before the sinks take its record */
  constructor(
    recorder: Recorder,
    budgets: Sink<CountedRequest> | undefined,
    sinks: readonly RecordSink[],
    reports: StreamReports,
  ) {
    this.#recorder = recorder;
    this.#budgets = budgets;
    this.#sinks = sinks;
    this.#reports = reports;
  }

  settled(
    request: PendingRequest,
    outcome: Outcome,
    errorType: string | undefined,
    reading: Reading | undefined,
  ): void {
    const { endpoint, origin } = request.start;
    // Its requests count by their results.
    if (endpoint.role === "submit") return this.#endWithout(request);
    if (endpoint === UNKNOWN_API) this.#reports.unknownApi(origin.host);
    if (origin.provider === UNKNOWN_PROVIDER) this.#reports.unknownProvider(origin);
    const isRecorded = this.#isRecorded(request);
    const isCounted = this.#budgets?.wanted(request) === true;
    let record: RequestRecord | undefined;
    let counted: CountedRequest | undefined;
    try {
      const ended = endedRequest(request, outcome, errorType, reading);
      request.countedAs = ended;
      if (isCounted && !isRecorded) counted = this.#recorder.count(ended);
      else counted = record = this.#recorder.add(ended, isRecorded);
    } catch {
      this.#reports.attributionFailed();
    }
    if (isCounted) this.#budgets.take(counted, request);
    if (isRecorded) this.#handOn(record, request);
  }

  leftToGateway(request: PendingRequest): void {
    this.#reports.leftToGateway(request.start.origin.host);
    this.#endWithout(request);
  }

  settledInBatch(request: BatchedRequest): void {
    if (request.origin.provider === UNKNOWN_PROVIDER) this.#reports.unknownProvider(request.origin);
    try {
      this.reported(endedInBatch(request));
    } catch {
      this.#reports.attributionFailed();
    }
  }

  wasCounted(id: string): boolean {
    return this.#reports.wasCounted(id);
  }

  /** The footprint of a request that has settled. */
  footprintOf(request: PendingRequest): Footprint | undefined {
    const ended = countedAs(request);
    return ended && this.#recorder.footprintOf(ended);
  }

  /** The footprint of a request that has settled, where the provider has not stated it to whoever reads the answer. */
  unstatedFootprintOf(request: PendingRequest): Footprint | undefined {
    return countedAs(request)?.stated === undefined ? this.footprintOf(request) : undefined;
  }

  /** A request that the application reported by itself. */
  reported(ended: EndedRequest): RequestRecord | undefined {
    const record = this.#recorder.add(ended, true);
    if (this.#budgets?.wanted(undefined) === true) this.#budgets.take(record, undefined);
    this.#handOn(record, undefined);
    return record;
  }

  /** A request that another program has seen. @throws what went wrong, which is counted */
  ofOtherProgram(ended: EndedRequest): RequestRecord | undefined {
    try {
      return this.reported(ended);
    } catch (error) {
      this.#reports.attributionFailed();
      throw error;
    }
  }

  /** A request that another process or thread has metered. */
  relayed(request: RelayedRequest): void {
    try {
      this.reported(request);
    } catch {
      this.#reports.attributionFailed();
    }
  }

  reportInternalError(_error: unknown): void {
    this.#reports.observationFailed();
  }

  async flush(): Promise<void> {
    await Promise.all([this.#budgets?.flush(), ...this.#sinks.map((sink) => sink.flush())]);
  }

  /** Closes the sinks in their order: what a later one takes may come of closing an earlier one. */
  async close(): Promise<void> {
    await this.#budgets?.close();
    for (const sink of this.#sinks) await sink.close();
  }

  #isRecorded(request: PendingRequest): boolean {
    for (const sink of this.#sinks) if (sink.wanted(request)) return true;
    return false;
  }

  /** A request of which nothing is counted here. */
  #endWithout(request: PendingRequest): void {
    if (this.#budgets?.wanted(request) === true) this.#budgets.take(undefined, request);
    this.#handOn(undefined, request);
  }

  #handOn(record: RequestRecord | undefined, request: PendingRequest | undefined): void {
    for (const sink of this.#sinks) if (sink.wanted(request)) sink.take(record, request);
  }
}
