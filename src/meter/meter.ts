import type { Derivation } from "../attribution/views/explain.ts";
import type { BudgetEvent } from "../budgets/accounts/events.ts";
import type { BudgetState } from "../budgets/accounts/state.ts";
import type { MeteredFetch } from "../clients/fetch/metered-fetch.ts";
import type { DashboardHandler } from "../dashboard/handler.ts";
import type { MetricsHandler } from "../exporters/prometheus/scrape-handler.ts";
import type { Footprint } from "../model/footprint.ts";
import type { Labels, RequestRecord } from "../model/request.ts";
import type { UsageReport } from "../records/usage-report.ts";
import type { TotalsSnapshot } from "../totals/snapshot.ts";
import type { Measured, MeasureOptions } from "./measure.ts";
import type { DashboardOptions, FetchOptions, WrapOptions } from "./options.ts";

/**
 * Meters the requests of LLM clients. Everything it does happens beside the requests, never to them. Its methods
 * need no `this`: they can be taken off it.
 */
export interface Meter {
  /**
   * Meters a client in place and returns the same object. Wrapping a client twice changes nothing.
   *
   * After {@link close} it warns once and returns the client unobserved: a process that drains goes on working.
   *
   * @example
   * ```ts
   * const openai = meter.wrap(new OpenAI(), { labels: { team: "search" } });
   * ```
   * @throws ConfigurationError for an object that is not a known client, an undeclared label, or a client of another meter
   */
  wrap<Client extends object>(this: void, client: Client, options?: WrapOptions): Client;
  /** Puts a client back as it was before {@link wrap}; nothing happens to one that is not wrapped. */
  unwrap<Client extends object>(this: void, client: Client): Client;
  /**
   * A metered `fetch`, for any SDK that takes one. Each exchange counts as a request.
   *
   * @example
   * ```ts
   * const client = new OpenAI({ baseURL: "https://llm.example.com/v1", fetch: meter.fetch({ provider: "vllm", zone: "FRA" }) });
   * ```
   */
  fetch(this: void, options?: FetchOptions): MeteredFetch;
  /**
   * Adds a request that no wrapper can see: over a WebSocket, out of a batch, from a log. Never throws; a report that
   * cannot be understood is counted in `meter_errors_total`, and a warning says what is wrong with it.
   *
   * @example
   * ```ts
   * meter.record({
   *   provider: "mistral",
   *   model: "mistral-large-latest",
   *   operation: "chat",
   *   usage: { inputTokens: 120, outputTokens: 400 },
   * });
   * ```
   * @returns the record, or undefined for a report that cannot be understood
   */
  record(this: void, report: UsageReport): RequestRecord | undefined;
  /** How a record's footprint was computed: each step with its formula, factor, source and licence. */
  explain(this: void, record: RequestRecord): Derivation;
  /**
   * The footprint of the request that an object is the answer to: the very object that a wrapped client returned, where
   * the SDK returns what it has parsed, and Google's and Cohere's SDKs besides. Nothing is added to that object.
   *
   * @example
   * ```ts
   * const answer = await openai.responses.create({ model: "gpt-5-mini", input: "Why is the sky blue?" });
   * console.log(meter.footprintOf(answer)?.co2eGrams?.central);
   * ```
   * @returns undefined for any other object (a copy, a stream, an answer that the SDK has made anew where nothing sees it,
   * as those of Mistral and OpenRouter do), and for a request without usage or without factors
   */
  footprintOf(this: void, answer: object): Footprint | undefined;
  /**
   * Runs a function whose requests carry these labels, besides those of the enclosing scopes and of the client.
   *
   * @example
   * ```ts
   * await meter.withLabels({ team: "search" }, () => call());
   * ```
   */
  withLabels<Result>(this: void, labels: Labels, run: () => Result): Result;
  /**
   * Runs a function and gives the footprint of all requests that began inside it.
   *
   * @example
   * ```ts
   * const { result, footprint } = await meter.measure(() => call());
   * console.log(result, footprint?.co2eGrams?.central);
   * ```
   */
  measure<Result>(this: void, run: () => Result | Promise<Result>, options?: MeasureOptions): Promise<Measured<Result>>;
  /**
   * Calls a listener with each request's record, soon after the request has ended, or with each event of the budgets.
   * What a listener throws is counted.
   *
   * @example
   * ```ts
   * const stop = meter.on("request", ({ model, footprint }) => console.log(model, footprint?.co2eGrams?.central));
   * ```
   * @returns what ends the calls
   */
  on(this: void, event: "request", listener: (record: RequestRecord) => unknown): () => void;
  /**
   * Calls the listener with each event of its kind; returns what stops that. An error that it throws is counted, and disturbs nothing.
   *
   * @example
   * ```ts
   * meter.on("budget", (event) => console.warn(event));
   * ```
   */
  on(this: void, event: "budget", listener: (event: BudgetEvent) => unknown): () => void;
  /** The running totals at this moment, as plain data. */
  totals(this: void): TotalsSnapshot;
  /** How each budget stands, for each group that was seen. */
  budgets(this: void): BudgetState[];
  /**
   * Answers scrapes of `/metrics`, in express and in plain `node:http`: `app.get("/metrics", meter.metricsHandler())`.
   *
   * @example
   * ```ts
   * app.get("/metrics", meter.metricsHandler());
   * ```
   */
  metricsHandler(this: void): MetricsHandler;
  /**
   * Answers a scrape where requests are the platform's own: in Next.js, Hono, Bun or Deno. Never rejects.
   *
   * @example
   * ```ts
   * export const GET = meter.handleMetrics; // app/metrics/route.ts of Next.js
   * ```
   */
  handleMetrics(this: void, request: Request): Promise<Response>;
  /** The exposition as text, in Prometheus' text format: with a `registry`, the registry's own. */
  metrics(this: void): Promise<string>;
  /**
   * A page that shows the totals as they grow: in express, `app.use("/footprint", meter.dashboard())`, or in plain
   * `node:http`. Everybody who can reach it may read it, unless `authorize` says otherwise. What it lists as recent begins
   * when it is made: call it once, at the start.
   *
   * @example
   * ```ts
   * app.use("/footprint", meter.dashboard({ authorize: (request) => request.headers["x-team"] === "platform" }));
   * ```
   */
  dashboard(this: void, options?: DashboardOptions): DashboardHandler;
  /** Resolves when everything recorded so far has reached the listeners and is durable in the journal. */
  flush(this: void): Promise<void>;
  /**
   * Settles what is under way as abandoned, ends observation and takes the metrics out of the registry.
   *
   * @example
   * ```ts
   * process.once("SIGTERM", () => {
   *   server.close();
   *   void meter.close();
   * });
   * ```
   */
  close(this: void): Promise<void>;
}
