import type { BatchReader } from "./batch.ts";
import type { Dialect, Endpoint } from "./dialect.ts";
import type { HostRule } from "./host-rule.ts";
import type { RequestReader } from "./requested-limits.ts";
import { silent } from "./silent.ts";

/** Everything that is known of one wire format. A new one is a folder with an object of this kind, and a line in `families.ts`. */
export interface ApiFamily {
  readonly name: string;
  /** The hosts that speak it. */
  readonly hosts: readonly HostRule[];
  /** Providers that speak it on hosts of one's own. */
  readonly providers?: readonly string[];
  /** Every path that creates something with a model, and those that ask after it; the first that matches holds. */
  readonly routes: readonly Route[];
  /** Paths whose POSTs use no model: uploads, files, token counts, token exchanges. All other POSTs are requests. */
  readonly noInference: readonly RegExp[];
  readonly request: RequestReader;
  /** An error as the family's servers send it, for whoever answers in their place. @default OpenAI's */
  errorBody?(status: number, message: string): object;
  /** Headers of such an error, where the family's SDKs read from them what has gone wrong. */
  errorHeaders?(status: number): Readonly<Record<string, string>>;
  /** The name under which an answer, or an event of a stream, gives its own id. @default "id" */
  readonly answerIdKey?: string;
  /** The model that a path names: a deployment, or in families whose bodies name none, the model itself. */
  modelOfPath?(path: string): string | undefined;
  /** The path of the same call with another model, in families whose paths decide which one runs. */
  pathWithModel?(path: string, model: string): string;
}

export interface Route {
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  readonly endpoint: Endpoint;
  /** Whether other programs use such a path, too: on an unknown host it is a request only if its body names a model. */
  readonly isGeneric?: boolean;
  /** Whether so many programs use such a path that it holds only where the host or the provider is known to speak the family. */
  readonly ownHostsOnly?: boolean;
}

/** A request as the wire knows it: what it does and, where it follows another one, whom. */
export interface Match {
  readonly family: ApiFamily;
  readonly endpoint: Endpoint;
  /** The id of the response, run, batch or file of results that is asked after. */
  readonly followedId: string | undefined;
  readonly isGeneric: boolean;
}

interface CreateOptions extends Pick<Route, "isGeneric" | "ownHostsOnly"> {
  /** What must not stand before the path, since it would make another path of it. */
  readonly notAfter?: RegExp;
}

/**
 * A path whose POSTs are requests.
 *
 * @param path its end; `{id}` stands for any segment. What stands before (`/v1`, `/openai/deployments/x`) is free
 */
export const create = (
  path: string,
  operation: string,
  dialect: Dialect,
  { notAfter, ...options }: CreateOptions = {},
): Route => ({
  method: "POST",
  pattern: endingIn(path, notAfter),
  endpoint: { operation, dialect, role: "create" },
  ...options,
});

/** A path that asks after a request that was created before; its last `{id}` is that request's. */
export const follow = (method: Route["method"], path: string, operation: string, dialect: Dialect): Route => ({
  method,
  pattern: endingIn(path),
  endpoint: { operation, dialect, role: "follow" },
});

/** A path whose POSTs create batches. */
export const submit = (path: string, options: CreateOptions = {}): Route => {
  const route = create(path, "batches", silent, options);
  return { ...route, endpoint: { ...route.endpoint, role: "submit" } };
};

/** A path whose GETs ask for a batch's state, or for its results; its last `{id}` is the batch's, or the file's. */
export const batch = (role: "batch" | "results", path: string, reader: BatchReader): Route => ({
  method: "GET",
  pattern: endingIn(path),
  endpoint: { operation: "batches", dialect: silent, role, batch: reader },
});

const endingIn = (path: string, notAfter?: RegExp): RegExp =>
  new RegExp(`${notAfter ? `(?<!${notAfter.source})` : ""}${path.replaceAll("{id}", "([^/]+)")}/?$`);

/**
 * What a call of `path` is in a family; undefined when it is not a request.
 *
 * @param spoken whether the host is known to speak the family
 */
export function matchRoute(family: ApiFamily, method: string, path: string, spoken = true): Match | undefined {
  for (const { method: wanted, pattern, endpoint, isGeneric = false, ownHostsOnly = false } of family.routes) {
    if (wanted !== method || (ownHostsOnly && !spoken)) continue;
    const match = pattern.exec(path);
    if (match) return { family, endpoint, followedId: creates(endpoint) ? undefined : match.at(-1), isGeneric };
  }
  return undefined;
}

/** Whether a call asks a provider to run a model, now or later. */
const creates = ({ role }: Endpoint): boolean => role === "create" || role === "submit";

/** Whether a path is known to use no model. */
export const usesNoModel = (family: ApiFamily, path: string): boolean =>
  family.noInference.some((pattern) => pattern.test(path));
