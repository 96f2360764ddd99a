import { runsModel, type Target } from "../../requests/binding.ts";
import type { AdmissionDecision } from "../../requests/gate.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type ExchangeObserver, type Fetch } from "../../transport/observed-fetch.ts";
import { replaceBody } from "../../transport/replace-body.ts";
import { askForUsage, takeUsageMark, withoutInjectedUsage } from "./include-usage.ts";
import { stampOf } from "../../transport/stamp.ts";
import type { ApiFamily } from "../../wire/family.ts";
import { requestedLimits, rewriteRequest } from "../../wire/requested-limits.ts";
import type { ClientAdapter, Metering } from "../adapter.ts";
import { CallJudge, rememberRequest, requestOfCall, type CallOptions, type StainlessClient } from "./calls.ts";
import { override } from "../own-property.ts";

/** Carries a call's options from where the SDK prepares an attempt to where it fetches. */
const optionsOfHeaders = stampOf<CallOptions>();

/** Does the same where the SDK may put other headers in between, as its Bedrock and Vertex providers do. */
const OPTIONS = Symbol("llm-footprint.options");
type PreparedInit = RequestInit & { [OPTIONS]?: CallOptions };

const admissionOfCall = stampOf<AdmissionDecision>();

/** One SDK that Stainless has generated. */
export interface StainlessSdk {
  /** Its package name. */
  readonly sdk: string;
  readonly family: ApiFamily;
  /** Whom a client talks to, whatever the host: the one provider of all its classes, or found from its class. @default anybody */
  readonly provider?: string | ((client: StainlessClient) => string | undefined);
  /** A static member that its client class has and no other SDK's: the class of its errors, as `OpenAIError`. */
  readonly errorClass: string;
  /** @throws ConfigurationError for a client in a mode that cannot be observed */
  check?(client: StainlessClient): void;
}

/** How clients of an SDK that Stainless has generated are metered. */
export const stainlessAdapter = ({ sdk, family, provider, errorClass, check }: StainlessSdk): ClientAdapter => ({
  sdk,
  family,
  recognises: (client) => isStainlessClient(client) && errorClass in client.constructor,
  providerOf: (client) => (typeof provider === "function" ? provider(client as StainlessClient) : provider),
  attach(client, metering) {
    check?.(client as StainlessClient);
    return attach(client as StainlessClient, metering);
  },
});

function isStainlessClient(client: object): client is StainlessClient {
  const { fetch, prepareRequest, shouldRetry } = client as Partial<Record<keyof StainlessClient, unknown>>;
  return [fetch, prepareRequest, shouldRetry].every((member) => typeof member === "function");
}

function attach(client: StainlessClient, metering: Metering): () => void {
  const bare = client.fetch;
  const { prepareRequest, withOptions } = client;
  const undo = [
    override(client, "fetch", meteredFetch(client, bare, metering)),
    override(client, "prepareRequest", function (this: StainlessClient, ...parameters: PrepareParameters) {
      const admitted = beforeLeaving(metering, client._provider !== undefined, ...parameters);
      if (!admitted) return prepareRequest.apply(this, parameters);
      return admitted.then(() => prepareRequest.apply(this, parameters));
    }),
  ];
  if (withOptions) {
    undo.push(
      override(client, "withOptions", function (this: StainlessClient, options: { fetch?: Fetch }) {
        // The SDK hands its own fetch on to the copy, which must not be observed twice.
        const copy = withOptions.call(this, { fetch: bare, ...options });
        metering.inherit(copy, attach(copy, metering));
        return copy;
      }),
    );
  }
  return () => undo.forEach((restore) => restore());
}

type PrepareParameters = Parameters<StainlessClient["prepareRequest"]>;

/**
 * The place where a request may still be changed or refused: an error thrown here reaches the application as it is,
 * and is not tried again.
 */
function beforeLeaving(
  { binding, requests, gate, includeUsage }: Metering,
  hasProvider: boolean,
  init: PreparedInit,
  { options, url }: PrepareParameters[1],
): Promise<void> | undefined {
  let target: Target | undefined;
  try {
    if (init.headers && !hasProvider) optionsOfHeaders.stamp(init.headers, options);
    else init[OPTIONS] = options;
    if (includeUsage) askForUsage(init, url, includeUsage);
    if (gate && !requests.closed) target = binding.target((init.method ?? "GET").toUpperCase(), url);
  } catch (error) {
    requests.reportInternalError(error);
  }
  if (!gate || target?.endpoint.role !== "create") return undefined;
  const { endpoint, family } = target;
  const admit = (admission: AdmissionDecision): void => {
    admissionOfCall.stamp(options, admission);
    const { replacement } = admission;
    if (replacement && typeof init.body === "string") {
      replaceBody(init, rewriteRequest(family.request, init.body, endpoint.operation, replacement));
    }
  };
  // What was granted to a call holds for all its attempts.
  const admission = admissionOfCall.read(options) ?? gate.admit(target, requestedLimits(family.request, options.body));
  if (admission instanceof Promise) return admission.then(admit);
  if (admission) admit(admission);
  return undefined;
}

function meteredFetch(client: StainlessClient, bare: Fetch, metering: Metering): Fetch {
  return function (input, init?: PreparedInit) {
    const options = init && callOf(init);
    const injected = metering.includeUsage !== undefined && init !== undefined && takeUsageMark(init);
    const observer = observerOf(client, metering, input, init, options);
    if (!observer) return bare(input, init);
    if (init) observedBy.stamp(init, metering.requests);
    const exchange = observedFetch(bare, input, init, observer);
    return injected ? exchange.then((response) => stripped(response, metering)) : exchange;
  };
}

function callOf(init: PreparedInit): CallOptions | undefined {
  const options = init.headers && optionsOfHeaders.read(init.headers);
  if (options) return options;
  const carried = init[OPTIONS];
  if (carried) Reflect.deleteProperty(init, OPTIONS);
  return carried;
}

function stripped(response: Response, { requests }: Metering): Response {
  try {
    return withoutInjectedUsage(response);
  } catch (error) {
    requests.reportInternalError(error);
    return response;
  }
}

function observerOf(
  client: StainlessClient,
  { binding, requests }: Metering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  options: CallOptions | undefined,
): ExchangeObserver | undefined {
  try {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const target = binding.target((init?.method ?? "GET").toUpperCase(), url);
    if (!target || requests.closed) return undefined;
    if (target.followedId !== undefined) return requests.followUp(target.followedId);
    let request = options && requestOfCall(options);
    if (!request) {
      const admission = options && admissionOfCall.read(options);
      const text = typeof init?.body === "string" ? init.body : undefined;
      const asked = requestedLimits(target.family.request, options?.body);
      if (!runsModel(target, asked)) return undefined;
      request = requests.begin({
        target,
        admission,
        // A form cannot be made to ask for something else.
        asked: text === undefined ? asked : { ...asked, ...admission?.replacement },
        requestBytes: text?.length,
        judge: options ? new CallJudge(client, options) : neverRetries(init?.signal),
      });
      if (options) rememberRequest(options, request);
    }
    request.attempt();
    return request;
  } catch (error) {
    requests.reportInternalError(error);
    return undefined;
  }
}
