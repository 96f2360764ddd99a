import { createAttribute } from "../attribution/selection/attribute.ts";
import { explain, type Derivation } from "../attribution/views/explain.ts";
import type { BudgetEvent } from "../budgets/accounts/events.ts";
import type { BudgetState } from "../budgets/accounts/state.ts";
import { openBudgets } from "./open-budgets.ts";
import { attachClient, detachClient } from "../clients/attach.ts";
import { meteredFetch, type MeteredFetch } from "../clients/fetch/metered-fetch.ts";
import type { Authorize } from "../dashboard/authorize.ts";
import { dashboardHandler, type DashboardHandler } from "../dashboard/handler.ts";
import { metricsHandler, type MetricsHandler } from "../exporters/prometheus/scrape-handler.ts";
import { registerMetrics } from "../exporters/prometheus/registry.ts";
import { exported } from "../metrics/samples.ts";
import { defaultCatalogue } from "../factors/catalogue.ts";
import { createLiveGrid } from "../factors/live-grid/live-grid.ts";
import { openMeterJournal } from "./meter-journal.ts";
import { Listeners } from "./listeners.ts";
import { shown } from "../model/errors.ts";
import type { Labels, RequestRecord } from "../model/request.ts";
import {
  checkedAuthorize,
  checkedFetch,
  checkFunction,
  checkListener,
  checkMeterOptions,
  checkWrapOptions,
  type MeterOptions,
  type WrapOptions,
} from "./options.ts";
import { Recorder } from "../records/recorder.ts";
import { Binding } from "../requests/binding.ts";
import { endedRequest } from "../records/ended-request.ts";
import { measured, type Measured, type MeasureOptions } from "./measure.ts";
import { Requests, type Outlet } from "../requests/requests.ts";
import { Scopes } from "../scopes/scopes.ts";
import { reportedRequest, type UsageReport } from "../records/usage-report.ts";
import type { TotalsSnapshot } from "../totals/snapshot.ts";
import type { MeterStage } from "../totals/stages.ts";
import { createTotals } from "../totals/totals.ts";
import { VERSION } from "../version.ts";
import { Warnings } from "./warnings.ts";

/** Meters the requests of LLM clients. Everything it does happens beside the requests, never to them. */
export interface Meter {
  /**
   * Meters a client in place and returns the same object. Wrapping a client twice changes nothing.
   *
   * @throws ConfigurationError for an object that is no known client, an undeclared label, or a client of another meter
   */
  wrap<Client extends object>(client: Client, options?: WrapOptions): Client;
  /** Puts a client back as it was before {@link wrap}; nothing happens to one that is not wrapped. */
  unwrap<Client extends object>(client: Client): Client;
  /** A metered `fetch`, for any SDK that takes one. Each exchange counts as a request. */
  fetch(options?: WrapOptions & { readonly fetch?: typeof globalThis.fetch }): MeteredFetch;
  /**
   * Adds a request that no wrapper can see: over a WebSocket, out of a batch, from a log. Never throws; a report that
   * makes no sense is counted in `meter_errors_total`.
   *
   * @returns the record, or undefined for a report that makes no sense
   */
  record(report: UsageReport): RequestRecord | undefined;
  /** How a record's footprint was computed: each step with its formula, factor, source and licence. */
  explain(record: RequestRecord): Derivation;
  /** Runs a function whose requests carry these labels, besides those of the enclosing scopes and of the client. */
  withLabels<Result>(labels: Labels, run: () => Result): Result;
  /** Runs a function and gives the footprint of all requests that began inside it. */
  measure<Result>(run: () => Result | Promise<Result>, options?: MeasureOptions): Promise<Measured<Result>>;
  /**
   * Calls a listener with each request's record, soon after the request has ended, or with each event of the budgets.
   * What a listener throws is counted.
   *
   * @returns what ends the calls
   */
  on(event: "request", listener: (record: RequestRecord) => unknown): () => void;
  on(event: "budget", listener: (event: BudgetEvent) => unknown): () => void;
  /** The running totals at this moment, as plain data. */
  totals(): TotalsSnapshot;
  /** How each budget stands, for each group that was seen. */
  budgets(): BudgetState[];
  /** Answers scrapes of `/metrics`, in express and in plain `node:http`. */
  metricsHandler(): MetricsHandler;
  /**
   * A page that shows the totals as they grow: in express, `app.use("/footprint", meter.dashboard())`, or in plain
   * `node:http`. Everybody who can reach it may read it, unless `authorize` says otherwise.
   */
  dashboard(options?: { readonly authorize?: Authorize }): DashboardHandler;
  /** Resolves when everything recorded so far has reached the listeners and is durable in the journal. */
  flush(): Promise<void>;
  /** Settles what is under way as abandoned, ends observation and takes the metrics out of the registry. */
  close(): Promise<void>;
}

type OnRequest = [event: "request", listener: (record: RequestRecord) => unknown];
type OnBudget = [event: "budget", listener: (event: BudgetEvent) => unknown];

/**
 * Makes a meter.
 *
 * @throws ConfigurationError for an option that is unknown or cannot work
 */
export function createMeter(options: MeterOptions = {}): Meter {
  const { labels: labelNames, registry, catalogue = defaultCatalogue(), ...settings } = checkMeterOptions(options);
  const attributionOptions = { ...settings, catalogue };
  const totals = createTotals({ ...settings, labelNames, now: Date.now });
  const countError = (stage: MeterStage) => (): void => totals.countError(stage);
  const warnings = new Warnings();
  const attribute = createAttribute({
    ...attributionOptions,
    onUnknownModel(provider, model) {
      if (model === "") return;
      const message = `the catalogue does not know the model ${shown(model)} of ${shown(provider)}`;
      warnings.once("LLM_FOOTPRINT_UNKNOWN_MODEL", message);
    },
  });
  const liveGrid =
    settings.gridIntensity &&
    createLiveGrid({ source: settings.gridIntensity, catalogue, onFailure: countError("grid_intensity") });
  const recorder = new Recorder(attribute, totals, (zone) => liveGrid?.current(zone));
  const scopes = new Scopes();
  const requestListeners = new Listeners<RequestRecord>(countError("listener"));
  const budgetListeners = new Listeners<BudgetEvent>(countError("listener"));
  const budgeted = openBudgets(settings, {
    labelNames,
    recorder,
    scopeLabels: () => scopes.current()?.labels,
    settlePending: () => requests.settlePending(),
    onEvent: (event) => budgetListeners.notify(event),
  });
  const { budgets, gate } = budgeted ?? {};
  const journal = openMeterJournal(settings.journal, totals);
  if (journal) budgeted?.restore(journal);

  const recordsAreWanted = (): boolean => journal !== undefined || !requestListeners.none;
  const tell = (record: RequestRecord): void => {
    journal?.append(record);
    requestListeners.notify(record);
  };
  const outlet: Outlet = {
    settled(request, outcome, errorType, reading) {
      const { scope, admission } = request.start;
      const measurements = scope?.measurements ?? [];
      const wanted = admission !== undefined || measurements.length > 0 || recordsAreWanted();
      let record: RequestRecord | undefined;
      try {
        record = recorder.add(endedRequest(request, outcome, errorType, reading), wanted);
      } catch {
        totals.countError("attribution");
      }
      for (const measurement of measurements) measurement.settle(record, request.jobId !== undefined);
      if (!record) return;
      gate?.book(record);
      tell(record);
    },
    reportInternalError: countError("transport"),
  };
  const requests = new Requests(scopes, outlet);
  const settled = exported({
    totals,
    version: VERSION,
    catalogue: { version: catalogue.identity, publishedAt: new Date(catalogue.published) },
    sources: budgets ? [() => budgets.samples()] : [],
  });
  const metrics = settled.map((metric) => ({
    ...metric,
    samples() {
      requests.settlePending();
      return metric.samples();
    },
  }));
  const unregister = registry && registerMetrics(registry, metrics);

  /** Labels given at run time: undeclared ones are left out, counted and named once in a warning. */
  const declared = (labels: Labels): Labels =>
    Object.fromEntries(
      Object.entries((labels as Labels | null) ?? {}).filter(([name, value]) => {
        if (labelNames.includes(name) && typeof value === "string") return true;
        totals.countError("labels");
        warnings.once("LLM_FOOTPRINT_LABEL", `the label ${shown(name)} is not declared, or its value is no text`);
        return false;
      }),
    );
  const withLabels: Meter["withLabels"] = (labels, run) => {
    checkFunction("withLabels(run)", run);
    return scopes.withLabels(declared(labels), run);
  };
  const meteringOf = (
    part: "wrap" | "fetch",
    wrapOptions: WrapOptions,
    sdk: { provider: string; family?: "openai" | "mistral" },
  ) => {
    const { provider, labels, zone, includeUsage } = checkWrapOptions(part, wrapOptions, labelNames, catalogue);
    const binding = new Binding({ provider, providerOfSdk: sdk.provider, family: sdk.family, labels, zone });
    return { binding, requests, gate, includeUsage };
  };

  const pages: DashboardHandler[] = [];

  return {
    wrap: (client, wrapOptions = {}) =>
      attachClient(client, requests, (adapter) => meteringOf("wrap", wrapOptions, adapter)),
    unwrap: (client) => detachClient(client, requests),
    fetch: ({ fetch = globalThis.fetch, ...fetchOptions } = {}) =>
      meteredFetch(checkedFetch(fetch), meteringOf("fetch", fetchOptions, { provider: "openai" }), withLabels),
    record(report) {
      const ended = reportedRequest(report, declared, scopes.current());
      const record = ended && recorder.add(ended, true);
      if (record) {
        budgets?.count(record, record.footprint, record.usage);
        tell(record);
      } else {
        totals.countError("record");
        warnings.once(
          "LLM_FOOTPRINT_RECORD",
          "a report to meter.record() has no name where one is needed, or an amount that is none",
        );
      }
      return record;
    },
    explain: (record) => explain(record, attributionOptions),
    withLabels,
    async measure(run, measureOptions) {
      checkFunction("measure(run)", run);
      return measured(scopes, requests, run, measureOptions);
    },
    on(...[event, listener]: OnRequest | OnBudget) {
      checkListener(event, listener);
      return event === "request" ? requestListeners.add(listener) : budgetListeners.add(listener);
    },
    totals() {
      requests.settlePending();
      return totals.snapshot();
    },
    budgets() {
      requests.settlePending();
      return budgets?.state() ?? [];
    },
    metricsHandler() {
      const answer = metricsHandler(registry ?? metrics, countError("exporter"));
      return async (request, response) => {
        requests.settlePending();
        // What a scrape has seen must outlive a crash, else the counters come back lower and are taken for reset.
        await journal?.flush().catch(() => undefined);
        return answer(request, response);
      };
    },
    dashboard(pageOptions = {}) {
      const authorize = checkedAuthorize(pageOptions);
      const page = dashboardHandler({
        totals: () => this.totals(),
        budgets: () => this.budgets(),
        subscribe: (listener) => requestListeners.add(listener),
        explain: (record) => this.explain(record),
        authorize,
      });
      pages.push(page);
      return page;
    },
    async flush() {
      requests.settlePending();
      await Promise.all([requestListeners.flush(), budgetListeners.flush(), journal?.flush()]);
    },
    async close() {
      requests.close();
      unregister?.();
      liveGrid?.close();
      for (const page of pages) page.close();
      await budgets?.close();
      await Promise.all([requestListeners.flush(), budgetListeners.flush(), journal?.close()]);
    },
  };
}
