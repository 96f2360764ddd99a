import type { Target } from "../../requests/binding.ts";
import { replaceBody } from "../../transport/replace-body.ts";
import { isObject } from "../../wire/json.ts";
import { rewriteRequest } from "../../wire/requested-limits.ts";
import type { ClientMetering } from "../adapter.ts";
import { override } from "../own-property.ts";
import { askedByOptions } from "./asked-by-options.ts";
import { callFor, type CallOptions, type StainlessClient } from "./calls.ts";
import { askForUsage } from "./include-usage.ts";
import { carryOptions, type PreparedInit } from "./prepared-init.ts";

type PrepareParameters = Parameters<StainlessClient["prepareRequest"]>;

/**
 * Where the SDK prepares an attempt, a request may still be changed or refused: an error thrown here reaches the
 * application as it is, and is not tried again.
 *
 * @param wasAdmitted whether calls are asked for before
 */
export function preparing(client: StainlessClient, metering: ClientMetering, wasAdmitted: boolean): () => void {
  const { prepareRequest } = client;
  return override(client, "prepareRequest", function (this: StainlessClient, ...parameters: PrepareParameters) {
    const [init, context] = parameters;
    const hasProvider = client._provider !== undefined;
    const target = metering.active ? beforeLeaving(metering, hasProvider, wasAdmitted, init, context) : undefined;
    const admitted = target && admitting(metering, target, init, context);
    if (!admitted) return prepareRequest.apply(this, parameters);
    return admitted.then(() => prepareRequest.apply(this, parameters));
  });
}

/** @returns where a request goes that is still to be asked for */
function beforeLeaving(
  { binding, requests, gate, includeUsage }: ClientMetering,
  hasProvider: boolean,
  wasAdmitted: boolean,
  init: PreparedInit,
  { options, url }: PrepareParameters[1],
): Target | undefined {
  let target: Target | undefined;
  try {
    carryOptions(init, options, hasProvider);
    if (includeUsage) askForUsage(init, url, includeUsage);
    if (gate && !wasAdmitted) target = binding.target(init.method ?? "GET", url);
  } catch (error) {
    requests.reportInternalError(error);
  }
  return target?.endpoint.role === "create" ? target : undefined;
}

function admitting(
  metering: ClientMetering,
  target: Target,
  init: PreparedInit,
  { options }: PrepareParameters[1],
): Promise<void> | undefined {
  const { endpoint, family } = target;
  const call = callFor(options, metering);
  const rewrite = (): void => {
    const { replacement } = call;
    if (replacement && typeof init.body === "string") {
      replaceBody(init, rewriteRequest(family.request, init.body, endpoint.operation, replacement));
    }
  };
  const admitted = call.admit(target, askedByOptions(target, options));
  if (admitted) return admitted.then(rewrite);
  rewrite();
  return undefined;
}

/** Refuses and changes calls where their options are prepared. */
export function admittingEarly(client: StainlessClient, metering: ClientMetering): () => void {
  const { prepareOptions } = client;
  return override(client, "prepareOptions", async function (this: StainlessClient, options: CallOptions) {
    await prepareOptions.call(this, options);
    if (!metering.active) return;
    const { method = "GET", path = "", query, defaultBaseURL, body } = options;
    const target = metering.binding.target(method, this.buildURL(path, query, defaultBaseURL));
    if (target?.endpoint.role !== "create") return;
    const { endpoint, family } = target;
    const call = callFor(options, metering);
    await call.admit(target, askedByOptions(target, options));
    const { replacement } = call;
    if (!replacement || !isObject(body)) return;
    Object.assign(options, { body: family.request.rewritten(body, endpoint.operation, replacement) });
  });
}
