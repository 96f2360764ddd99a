import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { BudgetSettings } from "../budgets/budgets.ts";
import type { BudgetDescription } from "../budgets/definition/description.ts";
import type { BudgetStore } from "../budgets/accounts/budget-store.ts";
import type { Authorize } from "../dashboard/authorize.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import type { GridIntensitySource } from "../factors/live-grid/source.ts";
import { zoneRemedy } from "../factors/zone-remedy.ts";
import type { PrometheusRegistry } from "../exporters/prometheus/registry.ts";
import { checkNames, namesOf } from "../model/check-names.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { Labels } from "../model/request.ts";
import type { JournalSetting } from "./meter-journal.ts";
import { isObject } from "../wire/json.ts";

/** How to make a meter. All of it is optional. */
export interface MeterOptions extends Omit<AttributionOptions, "onUnknownModel"> {
  /** A Registry of prom-client or of @prometheus-io/client to put the metrics into; without one the meter writes them itself. */
  readonly registry?: PrometheusRegistry;
  /** The names of the application's own labels, such as `team`; at most a handful, with few values each. @default none */
  readonly labels?: readonly string[];
  /** Distinct values of one label before further ones are counted under `other`. @default 200 */
  readonly maxLabelValues?: number;
  /** Label sets altogether before further ones are counted under `other`. @default 2000 */
  readonly maxSeries?: number;
  /** How long a series that is new is exported as 0, in seconds: two scrape intervals are enough, and 0 turns it off. @default 60 */
  readonly zeroHoldSeconds?: number;
  /** A live source of grid intensity, such as `electricityMaps({ apiKey })`; touches nothing but the energy engine. @default the annual averages */
  readonly gridIntensity?: GridIntensitySource;
  /**
   * An SQLite file that every request's record is written to, soon and beside the request. The totals continue from it
   * after a restart. Needs the `node:sqlite` of Node 22.13 or newer.
   */
  readonly journal?: JournalSetting;
  /** Limits on footprints: descriptions, or the path of a YAML or JSON file of them. */
  readonly budgets?: readonly BudgetDescription[] | string;
  /** Where the budgets' accounts are kept, such as `redisBudgetStore` for several replicas. @default this process */
  readonly budgetStore?: BudgetStore;
  /** Asked before a budget refuses a request: what it returns is sent instead. */
  readonly degrade?: BudgetSettings["degrade"];
}

/** How to show the live page. */
export interface DashboardOptions {
  /** Who may see it: a token, or a function that lets a request in. @default everybody who can reach it */
  readonly authorize?: Authorize;
  /**
   * Names that the page answers to, such as `footprint.example.com`, with or without a port. Without `authorize` it
   * answers to this machine's own names and to addresses only, so that no web site can have a visitor's browser read it.
   *
   * @default none
   */
  readonly allowedHosts?: readonly string[];
  /** What the page calls the application. @default the name of the package that npm runs, if it does */
  readonly application?: string;
}

/** How to meter one client. */
export interface WrapOptions {
  /** Labels of all its requests; the names must be declared. */
  readonly labels?: Labels;
  /** As OpenTelemetry's `gen_ai.provider.name`; @default found from the host */
  readonly provider?: string;
  /** Where its electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /**
   * Whether to ask for usage in OpenAI streams that would have none (`stream_options.include_usage`), out of the
   * application's sight. Changes what is sent, so: only `api.openai.com` and the hosts listed here. Otherwise
   * such streams are estimated.
   *
   * @default false
   */
  readonly includeUsage?: boolean | readonly string[];
  /**
   * What to do with requests that a gateway of ours (`llm-footprint serve`) has counted, as its answers say: `leave` them
   * to it, so that the sum over its metrics and these has them once, or `count` them here as well, where only one of
   * the two is summed.
   *
   * @default "leave"
   */
  readonly behindGateway?: "leave" | "count";
}

/** How to meter a `fetch`. */
export interface FetchOptions extends WrapOptions {
  /** The `fetch` to observe. @default the platform's, as it is when `meter.fetch()` is called */
  readonly fetch?: typeof globalThis.fetch;
}

const METER_OPTIONS = namesOf<MeterOptions>({
  registry: true,
  labels: true,
  maxLabelValues: true,
  maxSeries: true,
  zeroHoldSeconds: true,
  catalogue: true,
  methodology: true,
  zone: true,
  azureDeployments: true,
  operatorStatements: true,
  training: true,
  gridIntensity: true,
  journal: true,
  budgets: true,
  budgetStore: true,
  degrade: true,
});
const WRAP_OPTIONS = namesOf<WrapOptions>({
  labels: true,
  provider: true,
  zone: true,
  includeUsage: true,
  behindGateway: true,
});
const BEHIND_GATEWAY: readonly unknown[] = ["leave", "count"];
const DASHBOARD_OPTIONS = namesOf<DashboardOptions>({ authorize: true, allowedHosts: true, application: true });

/** @throws ConfigurationError for an option that does not exist; what the others hold is checked where they are used */
export function checkMeterOptions(options: MeterOptions): MeterOptions & { readonly labels: readonly string[] } {
  checkNames("createMeter", options, METER_OPTIONS);
  const { labels = [] } = options;
  if (!Array.isArray(labels)) {
    throw new ConfigurationError(
      "createMeter.labels",
      `expected a list of names, got ${shown(labels)}`,
      'Give names, as in ["team"].',
    );
  }
  return { ...options, labels };
}

/** @throws ConfigurationError for an option that does not exist or cannot work */
export function checkWrapOptions(
  part: string,
  options: WrapOptions,
  declared: readonly string[],
  catalogue: Catalogue,
) {
  checkNames(part, options, WRAP_OPTIONS);
  const { labels = {}, provider, zone, includeUsage = false, behindGateway = "leave" } = options;
  if (!isObject(labels)) {
    throw new ConfigurationError(
      `${part}.labels`,
      `expected an object of labels, got ${shown(labels)}`,
      "Give names and values.",
    );
  }
  for (const [name, value] of Object.entries(labels)) {
    if (!declared.includes(name)) {
      const known = declared.length > 0 ? `Declared are ${declared.join(", ")}` : "None is declared";
      throw new ConfigurationError(
        `${part}.labels.${name}`,
        "this label is not declared",
        `${known}; add it to createMeter({ labels }).`,
      );
    }
    if (typeof value !== "string") {
      throw new ConfigurationError(
        `${part}.labels.${name}`,
        `expected a string, got ${shown(value)}`,
        "Give a string.",
      );
    }
  }
  if (provider !== undefined && (typeof provider !== "string" || provider === "")) {
    throw new ConfigurationError(
      `${part}.provider`,
      `expected a name, got ${shown(provider)}`,
      "Give one, such as mistral_ai.",
    );
  }
  if (zone !== undefined && (typeof zone !== "string" || catalogue.zone(zone) === undefined)) {
    throw new ConfigurationError(`${part}.zone`, `expected a zone, got ${shown(zone)}`, zoneRemedy(zone, catalogue));
  }
  const isHosts = Array.isArray(includeUsage) && includeUsage.every((host) => typeof host === "string");
  if (typeof includeUsage !== "boolean" && !isHosts) {
    throw new ConfigurationError(
      `${part}.includeUsage`,
      `expected true, false or a list of hosts, got ${shown(includeUsage)}`,
      'Give true for api.openai.com, or further hosts, as in ["gateway.example.com:8443"].',
    );
  }
  if (!BEHIND_GATEWAY.includes(behindGateway)) {
    throw new ConfigurationError(
      `${part}.behindGateway`,
      `expected "leave" or "count", got ${shown(behindGateway)}`,
      "Leave it out to have a gateway of ours count alone what passes it.",
    );
  }
  const hosts = includeUsage === false ? undefined : includeUsage === true ? [] : includeUsage;
  return { labels: { ...labels }, provider, zone, includeUsage: hosts, behindGateway };
}

/** @throws ConfigurationError for an event that there is not, or a listener that cannot be called */
export function checkListener(event: string, listener: unknown): void {
  if (event !== "request" && event !== "budget") {
    throw new ConfigurationError(
      "on(event)",
      `expected an event, got ${shown(event)}`,
      "Known are request and budget.",
    );
  }
  checkFunction("on(listener)", listener);
}

/** @throws ConfigurationError for what cannot be called */
export function checkFunction(part: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new ConfigurationError(part, `expected a function, got ${shown(value)}`, "Pass a function.");
}

/**
 * Who may see the live page. An option that is there but undefined, as an environment variable that is not set makes
 * it, is an error and not a page for everybody.
 *
 * @throws ConfigurationError for an option that does not exist, or a value that is neither a token nor a function
 */
export function checkedAuthorize(options: DashboardOptions): Authorize | undefined {
  checkNames("dashboard", options, DASHBOARD_OPTIONS);
  if (!("authorize" in options)) return undefined;
  const { authorize } = options;
  if (typeof authorize === "function" || (typeof authorize === "string" && authorize !== "")) return authorize;
  throw new ConfigurationError(
    "dashboard.authorize",
    `expected a token or a function, got ${shown(authorize)}`,
    "Give a token or a function, or leave the option out for a page that everybody may see.",
  );
}

/** @throws ConfigurationError for a name that is not text */
export function checkedApplication({
  application = process.env["npm_package_name"],
}: DashboardOptions): string | undefined {
  if (application === undefined || (typeof application === "string" && application !== "")) return application;
  throw new ConfigurationError("dashboard.application", `expected a name, got ${shown(application)}`, "Give a name.");
}

/** @throws ConfigurationError for a value that is not a list of host names */
export function checkedHosts({ allowedHosts }: DashboardOptions): readonly string[] | undefined {
  const isName = (host: unknown): boolean => typeof host === "string" && /^[^\s/@]+$/.test(host);
  if (allowedHosts === undefined || (Array.isArray(allowedHosts) && allowedHosts.every(isName))) return allowedHosts;
  throw new ConfigurationError(
    "dashboard.allowedHosts",
    `expected a list of host names, got ${shown(allowedHosts)}`,
    'Give names without scheme and path, as in ["footprint.example.com"].',
  );
}

/**
 * The options of `meter.fetch()`, with the `fetch` to observe.
 *
 * @throws ConfigurationError for a value that is not an object, or a `fetch` that is not a function
 */
export function checkedFetchOptions(options: FetchOptions): WrapOptions & { readonly fetch: typeof globalThis.fetch } {
  const given = options as FetchOptions | null;
  if (typeof given !== "object" || given === null) {
    throw new ConfigurationError(
      "fetch",
      `expected an object of options, got ${shown(options)}`,
      "Pass the fetch to observe as meter.fetch({ fetch }), or leave the options out for the platform's own.",
    );
  }
  const { fetch = globalThis.fetch, ...rest } = given;
  if (typeof fetch === "function") return { ...rest, fetch };
  const remedy = "Pass a fetch, or leave it out.";
  throw new ConfigurationError("fetch.fetch", `expected a function, got ${shown(fetch)}`, remedy);
}

/**
 * @param given what a method without parameters was called with
 * @throws ConfigurationError where the method itself was handed to a server instead of what it returns
 */
export function checkNotAHandler(method: string, given: readonly unknown[]): void {
  if (given.length === 0) return;
  throw new ConfigurationError(
    method,
    `expected no arguments, got ${given.length}`,
    `Give the server what the method returns: app.get("/metrics", meter.${method}()).`,
  );
}
