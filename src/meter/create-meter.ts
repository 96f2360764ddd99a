import { createAttribute } from "../attribution/selection/attribute.ts";
import { explain } from "../attribution/views/explain.ts";
import type { BudgetEvent } from "../budgets/accounts/events.ts";
import { attachClient, detachClient } from "../clients/attach.ts";
import { exposeFrameworkMetering } from "../clients/frameworks/framework-metering.ts";
import { meteredFetch } from "../clients/fetch/metered-fetch.ts";
import { dashboardHandler, type DashboardHandler } from "../dashboard/handler.ts";
import { exposeInternals } from "../exporters/meter-internals.ts";
import { registerMetrics } from "../exporters/prometheus/registry.ts";
import { metricsHandler } from "../exporters/prometheus/scrape-handler.ts";
import { metricsText, scrapeResponse } from "../exporters/prometheus/scrape-response.ts";
import { defaultCatalogue } from "../factors/catalogue.ts";
import { createLiveGrid } from "../factors/live-grid/live-grid.ts";
import { exported } from "../metrics/samples.ts";
import type { RequestRecord } from "../model/request.ts";
import type { CountedRequest, RecordSink, Sink } from "../records/record-sink.ts";
import { RecordStream } from "../records/record-stream.ts";
import { Recorder } from "../records/recorder.ts";
import type { RelayedRequest } from "../records/relayed-request.ts";
import { readReport } from "../records/usage-report.ts";
import { Binding } from "../requests/binding.ts";
import type { Gate } from "../requests/gate.ts";
import { Requests } from "../requests/requests.ts";
import { Scopes } from "../scopes/scopes.ts";
import type { MeterStage } from "../totals/stages.ts";
import { createTotals } from "../totals/totals.ts";
import { VERSION } from "../version.ts";
import type { ApiFamily } from "../wire/family.ts";
import type { AssembledMeter } from "./assembled-meter.ts";
import { declaredLabels } from "./declared-labels.ts";
import { Listeners, listenerSink } from "./listeners.ts";
import { measure, seenWithin } from "./measure.ts";
import { measurementSink } from "./measurement-sink.ts";
import type { Meter } from "./meter.ts";
import { journalPast } from "./journal-past.ts";
import { openMeterJournal } from "./meter-journal.ts";
import { openBudgets } from "./open-budgets.ts";
import {
  checkedAuthorize,
  checkedFetchOptions,
  checkedApplication,
  checkedHosts,
  checkFunction,
  checkListener,
  checkMeterOptions,
  checkNotAHandler,
  checkWrapOptions,
  type DashboardOptions,
  type MeterOptions,
  type WrapOptions,
} from "./options.ts";
import { RequestObservers } from "./request-observers.ts";
import { noticeCopy } from "./second-copy.ts";
import { warnOfUnknown } from "./warn-of-unknown.ts";
import { Warnings } from "./warnings.ts";
import { within } from "./within.ts";

/** How long `flush()` and `close()` wait for listeners; the budgets' store and the journal take less. */
const LONGEST_SECONDS = 9;

type OnRequest = [event: "request", listener: (record: RequestRecord) => unknown];
type OnBudget = [event: "budget", listener: (event: BudgetEvent) => unknown];

/** One object, so that a page without options is one page however often it is asked for. */
const AS_IT_IS: DashboardOptions = {};

/**
 * Makes a meter.
 *
 * @example
 * ```ts
 * import { createMeter } from "llm-footprint";
 *
 * const meter = createMeter({
 *   labels: ["team"],
 *   journal: "footprint.db",
 *   budgets: [{ name: "search", criterion: "co2eGrams", limit: "50 kg", window: "month", mode: "warn" }],
 * });
 * ```
 * @throws ConfigurationError for an option that is unknown or cannot work
 */
export const createMeter = (options: MeterOptions = {}): Meter => assembleMeter(options).meter;

/** The same, with its parts. @param gate asks budgets that another process keeps */
export function assembleMeter(options: MeterOptions = {}, gate?: Gate & Sink<CountedRequest>): AssembledMeter {
  const { labels: labelNames, registry, catalogue = defaultCatalogue(), ...settings } = checkMeterOptions(options);
  const attributionOptions = { ...settings, catalogue };
  const totals = createTotals({ ...settings, labelNames, now: Date.now });
  const countError = (stage: MeterStage) => (): void => totals.countError(stage);
  const warnings = new Warnings();
  noticeCopy((versions) => {
    const message = `this process has ${versions.length} copies of the package (${versions.join(", ")}), and each keeps its own totals; load it once, as by npm dedupe, or keep it out of the bundles`;
    warnings.once("LLM_FOOTPRINT_SECOND_COPY", message);
  });
  const { unknownModel, unknownApi, unknownProvider, leftToGateway } = warnOfUnknown(warnings);
  const attribute = createAttribute({ ...attributionOptions, onUnknownModel: unknownModel });
  const liveGrid =
    settings.gridIntensity &&
    createLiveGrid({ source: settings.gridIntensity, catalogue, onFailure: countError("grid_intensity") });
  const recorder = new Recorder(attribute, totals, (zone) => liveGrid?.current(zone));
  const scopes = new Scopes();
  const requestListeners = new Listeners<RequestRecord>(countError("listener"));
  const budgetListeners = new Listeners<BudgetEvent>(countError("listener"));
  const settlePending = (): void => requests.settlePending();
  const limits = openBudgets(settings, {
    labelNames,
    catalogue,
    warnings,
    recorder,
    scopeLabels: () => scopes.current()?.labels,
    settlePending,
    onEvent: (event) => budgetListeners.notify(event),
  });
  const journal = openMeterJournal(settings.journal, {
    totals,
    labelSetsOf: (record) => recorder.labelSetsOf(record),
    warnings,
  });
  if (journal) limits?.restore(journal);

  const observers = new RequestObservers();
  const sinks: (RecordSink | undefined)[] = [measurementSink, journal, listenerSink(requestListeners), observers];
  const stream = new RecordStream(
    recorder,
    limits?.gate ?? gate,
    sinks.filter((sink) => sink !== undefined),
    {
      attributionFailed: countError("attribution"),
      observationFailed: countError("transport"),
      wasCounted: (id) => journal?.has(id) ?? false,
      unknownApi,
      unknownProvider,
      leftToGateway,
    },
  );
  const requests = new Requests(scopes, stream, () => observers.begun());
  /** What the process has sent counts with what was seen of it, also where the process exits in the middle. */
  const settleAll = (): void => requests.close();
  // The journal writes on the same event.
  if (journal) process.prependListener("exit", settleAll);
  /** Bodies that have ended but were not read yet count first, whoever asks. */
  const settled = <Result>(read: () => Result): Result => {
    settlePending();
    return read();
  };

  const metrics = exported({
    totals,
    version: VERSION,
    startedAtSeconds: (performance.timeOrigin + performance.now()) / 1000,
    catalogue: { version: catalogue.identity, publishedAt: new Date(catalogue.published) },
    sources: [...(limits ? [() => limits.budgets.samples()] : []), ...(journal ? [() => journal.samples()] : [])],
  }).map((metric) => ({ ...metric, samples: () => settled(metric.samples) }));
  const unregister = registry && registerMetrics(registry, metrics);
  const exposed = registry ?? metrics;
  /** What a scrape has seen must outlive a crash, else the counters come back lower and are taken for reset. */
  const scraped = async <Result>(answer: () => Result | Promise<Result>): Promise<Result> => {
    settlePending();
    await journal?.flushForScrape();
    return answer();
  };

  const declared = declaredLabels(labelNames, warnings, countError("labels"));
  const meteringOf = (
    part: string,
    wrapOptions: WrapOptions,
    sdk: { provider?: string | undefined; family?: ApiFamily | undefined },
  ) => {
    const { includeUsage, ...bound } = checkWrapOptions(part, wrapOptions, labelNames, catalogue);
    const binding = new Binding({ ...bound, providerOfSdk: sdk.provider, family: sdk.family });
    return { binding, requests, gate: limits?.gate, includeUsage };
  };
  const pages = new Map<DashboardOptions, DashboardHandler>();

  const meter: Meter = {
    wrap(client, wrapOptions = {}) {
      if (requests.closed) {
        warnings.once("LLM_FOOTPRINT_CLOSED", "a client was wrapped after close(), so its requests are not metered");
        return client;
      }
      return attachClient(client, requests, (adapter) => meteringOf("wrap", wrapOptions, adapter));
    },
    unwrap: (client) => detachClient(client, requests),
    fetch(fetchOptions = {}) {
      const { fetch, ...rest } = checkedFetchOptions(fetchOptions);
      return meteredFetch(fetch, meteringOf("fetch", rest, {}), meter.withLabels);
    },
    record(report) {
      const { ended, problem } = readReport(report, declared, scopes.current());
      if (ended) return stream.reported(ended);
      totals.countError("record");
      warnings.once("LLM_FOOTPRINT_RECORD", `a report to meter.record() is left out: ${problem}`);
      return undefined;
    },
    explain: (record) => explain(record, attributionOptions),
    footprintOf(answer) {
      settlePending();
      const request = Object(answer) === answer ? requests.requestOf(answer) : undefined;
      return request && stream.footprintOf(request);
    },
    withLabels(labels, run) {
      checkFunction("withLabels(run)", run);
      return scopes.withLabels(declared(labels), run);
    },
    async measure(run, measureOptions) {
      checkFunction("measure(run)", run);
      return measure(scopes, requests, run, measureOptions);
    },
    on(...[event, listener]: OnRequest | OnBudget) {
      checkListener(event, listener);
      return event === "request" ? requestListeners.add(listener) : budgetListeners.add(listener);
    },
    totals: () => settled(() => totals.snapshot()),
    budgets: () => settled(() => limits?.budgets.state() ?? []),
    metrics: () => scraped(() => metricsText(exposed)),
    handleMetrics: (request) => scraped(() => scrapeResponse(exposed, request, countError("exporter"))),
    metricsHandler(...given: unknown[]) {
      checkNotAHandler("metricsHandler", given);
      const answer = metricsHandler(exposed, countError("exporter"));
      return (request, response) => scraped(() => answer(request, response));
    },
    dashboard(pageOptions = AS_IT_IS) {
      const known = pages.get(pageOptions);
      if (known) return known;
      const page = dashboardHandler({
        totals: () => settled(() => totals.overview()),
        budgets: meter.budgets,
        subscribe: (listener) => requestListeners.add(listener),
        explain: meter.explain,
        authorize: checkedAuthorize(pageOptions),
        allowedHosts: checkedHosts(pageOptions),
        past: journal && journalPast(journal.path),
        application: checkedApplication(pageOptions),
      });
      pages.set(pageOptions, page);
      return page;
    },
    async flush() {
      settlePending();
      requests.settleGuesses();
      const inTime = await within(LONGEST_SECONDS, Promise.all([stream.flush(), budgetListeners.flush()]));
      if (!inTime) totals.countError("listener");
    },
    async close() {
      settleAll();
      process.off("exit", settleAll);
      unregister?.();
      liveGrid?.close();
      for (const page of pages.values()) page.close();
      const inTime = await within(
        LONGEST_SECONDS,
        stream.close().then(() => budgetListeners.flush()),
      );
      if (!inTime) totals.countError("listener");
    },
  };
  exposeFrameworkMetering(meter, (part, frameworkOptions) => meteringOf(part, frameworkOptions, {}));
  exposeInternals(meter, {
    metrics,
    observe: (observer) => observers.add(observer),
    within: (run) => seenWithin(scopes, settlePending, run),
    countError: countError("exporter"),
    settlePending,
    settleAll,
    relayed: (request) => stream.relayed(request as RelayedRequest),
  });
  return {
    meter,
    requests,
    gate: limits?.gate ?? gate,
    memory: journal,
    addEnded: (ended) => stream.ofOtherProgram(ended),
    settledFootprint: (request) => settled(() => stream.unstatedFootprintOf(request)),
  };
}
