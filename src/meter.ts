import type { Attribute } from "./attribution/attributor.ts";
import { type MeterOptions, type WrapOptions, checkMeterOptions, checkWrapOptions } from "./options.ts";
import { attachClient, detachClient } from "./clients/attach.ts";
import { type MeteredFetch, meteredFetch } from "./clients/fetch.ts";
import { type MetricsHandler, metricsHandler } from "./exporters/http.ts";
import { registerMetrics } from "./exporters/prometheus.ts";
import { exported } from "./exporters/samples.ts";
import { Listeners } from "./listeners.ts";
import type { Labels, RequestRecord } from "./model/request.ts";
import { Recorder } from "./recorder.ts";
import { Binding } from "./requests/binding.ts";
import { endedRequest } from "./requests/ended-request.ts";
import { type Measured, type MeasureOptions, measured } from "./requests/measured.ts";
import { type Outlet, Requests } from "./requests/requests.ts";
import { Scopes } from "./requests/scopes.ts";
import { type UsageReport, reportedRequest } from "./requests/usage-report.ts";
import type { TotalsSnapshot } from "./totals/snapshot.ts";
import { createTotals } from "./totals/totals.ts";
import { VERSION } from "./version.ts";

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
  /** Runs a function whose requests carry these labels, besides those of the enclosing scopes and of the client. */
  withLabels<Result>(labels: Labels, run: () => Result): Result;
  /** Runs a function and gives the footprint of all requests that began inside it. */
  measure<Result>(run: () => Result | Promise<Result>, options?: MeasureOptions): Promise<Measured<Result>>;
  /**
   * Calls a listener with each request's record, soon after the request has ended. What a listener throws is counted.
   *
   * @returns what ends the calls
   */
  on(event: "request", listener: (record: RequestRecord) => unknown): () => void;
  /** The running totals at this moment, as plain data. */
  totals(): TotalsSnapshot;
  /** Answers scrapes of `/metrics`, in express and in plain `node:http`. */
  metricsHandler(): MetricsHandler;
  /** Resolves when everything recorded so far has reached the listeners and is durable in the journal. */
  flush(): Promise<void>;
  /** Settles what is under way as abandoned, ends observation and takes the metrics out of the registry. */
  close(): Promise<void>;
}

/**
 * Makes a meter.
 *
 * @throws ConfigurationError for an option that is unknown or cannot work
 */
export function createMeter(options: MeterOptions = {}): Meter {
  const { labels: labelNames, registry, ...limits } = checkMeterOptions(options);
  const attribute: Attribute = ({ model }) => ({ model, zone: undefined, unattributedReason: "no_factor" });
  const catalogue = { version: "0", publishedAt: new Date(0) };
  const totals = createTotals({ labelNames, ...limits, now: Date.now });
  const recorder = new Recorder(attribute, totals);
  const scopes = new Scopes();
  const listeners = new Listeners(() => totals.countError("listener"));

  const outlet: Outlet = {
    settled(request, outcome, errorType, reading) {
      const measurements = request.beginning.scope?.measurements ?? [];
      const wanted = measurements.length > 0 || !listeners.none;
      const record = recorder.add(endedRequest(request, outcome, errorType, reading), wanted);
      if (!record) return;
      for (const measurement of measurements) measurement.settle(record);
      listeners.tell(record);
    },
    mistake: () => totals.countError("transport"),
  };
  const requests = new Requests(scopes, outlet);
  const metrics = exported({ totals, version: VERSION, catalogue });
  const unregister = registry && registerMetrics(registry, metrics, () => totals.countError("exporter"));

  /** Labels given at run time: undeclared ones are left out and counted. */
  const declared = (labels: Labels): Labels =>
    Object.fromEntries(
      Object.entries(labels).filter(([name]) => labelNames.includes(name) || totals.countError("labels")),
    );
  const meteringOf = (wrapOptions: WrapOptions, sdk: { provider: string; family?: "openai" | "mistral" }) => {
    const { provider, labels, zone, includeUsage } = checkWrapOptions(wrapOptions, labelNames);
    return {
      binding: new Binding({ provider, providerOfSdk: sdk.provider, family: sdk.family, labels, zone }),
      requests,
      includeUsage,
    };
  };

  return {
    wrap: (client, wrapOptions = {}) => attachClient(client, requests, (adapter) => meteringOf(wrapOptions, adapter)),
    unwrap: (client) => detachClient(client, requests),
    fetch: ({ fetch = globalThis.fetch, ...fetchOptions } = {}) =>
      meteredFetch(fetch, meteringOf(fetchOptions, { provider: "openai" }), declared),
    record(report) {
      const ended = reportedRequest(report, declared, scopes.current());
      if (!ended) {
        totals.countError("record");
        return undefined;
      }
      const record = recorder.add(ended, true);
      if (record) listeners.tell(record);
      return record;
    },
    withLabels: (labels, run) => scopes.withLabels(declared(labels), run),
    measure: (run, measureOptions) => measured(scopes, run, measureOptions),
    on: (_event, listener) => listeners.add(listener),
    totals: () => totals.snapshot(),
    metricsHandler: () => metricsHandler(registry ?? metrics, () => totals.countError("exporter")),
    flush: () => listeners.flush(),
    async close() {
      requests.close();
      unregister?.();
      await listeners.flush();
    },
  };
}
