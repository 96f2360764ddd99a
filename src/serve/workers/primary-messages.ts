import type { Labels } from "../../model/request.ts";
import type { BudgetRefusal } from "../../model/errors.ts";
import type { Target } from "../../requests/binding.ts";
import type { AdmissionDecision } from "../../requests/gate.ts";
import type { RequestedLimits } from "../../wire/requested-limits.ts";
import type { ServeConfiguration } from "../configuration.ts";
import type { LabelSource } from "../request-labels.ts";
import type { UpstreamOptions } from "../upstream.ts";

/** A request that is about to leave a worker, as plain JSON. */
export interface LeavingRequest {
  readonly origin: Omit<Target["origin"], "labels"> & { readonly labels: Labels };
  readonly operation: string;
  readonly modelOfPath?: string | undefined;
  readonly asked: RequestedLimits;
}

/** What a worker needs to know to relay requests. */
export interface WorkerSettings {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where the primary listens for its workers. */
  readonly primaryPath: string;
  /** With the names of the families. */
  readonly upstreams: readonly (Omit<UpstreamOptions, "family"> & { readonly family: string | undefined })[];
  readonly labels: Readonly<Record<string, LabelSource>>;
  readonly salt: string;
  readonly token: string | undefined;
  readonly disclose: boolean;
  readonly factors: readonly string[];
  /** Whether the primary has budgets, and so must be asked before a request leaves. */
  readonly asksBudgets: boolean;
}

/** From a worker to the primary. Requests that have settled come as `meterWorker` sends them. */
export type WorkerMessage =
  /** It has started, and waits for its settings. */
  | { readonly serve: "started" }
  /** It has taken on the settings of a reload. */
  | { readonly serve: "configured" }
  /** It cannot listen. */
  | { readonly serve: "failed"; readonly reason: string }
  /** May this request leave? */
  | { readonly serve: "ask"; readonly question: number; readonly request: LeavingRequest }
  /** This request leaves. */
  | { readonly serve: "leaves"; readonly id: string; readonly request: LeavingRequest }
  /** The ids of answers that were counted. */
  | { readonly serve: "answered"; readonly ids: readonly string[] }
  /** This one was not sent, or counts elsewhere. */
  | { readonly serve: "withdrawn"; readonly id: string };

/** From the primary to a worker. */
export type PrimaryMessage =
  | { readonly serve: "configure"; readonly settings: WorkerSettings }
  | { readonly serve: "drain"; readonly patienceMilliseconds: number }
  | { readonly serve: "admitted"; readonly question: number; readonly decision: AdmissionDecision }
  | { readonly serve: "refused"; readonly question: number; readonly refusal: PlainRefusal };

/** A refusal as plain JSON. */
export type PlainRefusal = Omit<BudgetRefusal, "resetsAt"> & { readonly resetsAtMilliseconds: number };

/** @param salt of the credential hashes: the same in all workers */
export function workerSettings(
  { host, port, upstreams, labels, token, disclose, budgets, factors }: ServeConfiguration,
  primaryPath: string,
  salt: string,
): WorkerSettings {
  return {
    listen: { host, port },
    primaryPath,
    upstreams: upstreams.map((upstream) => ({ ...upstream, family: upstream.family?.name })),
    labels,
    salt,
    token,
    disclose,
    factors,
    asksBudgets: budgets !== undefined,
  };
}
