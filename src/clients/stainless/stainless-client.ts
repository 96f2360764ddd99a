import type { Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type ExchangeObserver, type Fetch } from "../../transport/observed-fetch.ts";
import { replaceBody } from "../../transport/replace-body.ts";
import { askForUsage, takeUsageMark, withoutInjectedUsage } from "./include-usage.ts";
import { stampOf } from "../../transport/stamp.ts";
import type { ApiFamily } from "../../wire/family.ts";
import { requestedLimits, rewriteRequest } from "../../wire/requested-limits.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { callFor, CallJudge, callOf, type CallOptions, type StainlessClient } from "./calls.ts";
import { override } from "../own-property.ts";

/** Carries a call's options from where the SDK prepares an attempt to where it fetches. */
const optionsOfHeaders = stampOf<CallOptions>();

/** Does the same where the SDK may put other headers in between, as its Bedrock and Vertex providers do. */
const OPTIONS = Symbol("llm-footprint.options");
type PreparedInit = RequestInit & { [OPTIONS]?: CallOptions };

/** One SDK that Stainless has generated. */
export interface StainlessSdk {
  /** Its package name. */
  readonly sdk: string;
  readonly family: ApiFamily;
  /** The provider when the host says nothing. */
  readonly provider: string;
  /** A static member that its client class has and no other SDK's: the class of its errors, as `OpenAIError`. */
  readonly errorClass: string;
  /** @throws ConfigurationError for a client in a mode that cannot be observed */
  check?(client: StainlessClient): void;
}

/** How clients of an SDK that Stainless has generated are metered. */
export const stainlessAdapter = ({ sdk, family, provider, errorClass, check }: StainlessSdk): ClientAdapter => ({
  sdk,
  family,
  provider,
  recognises: (client) => isStainlessClient(client) && errorClass in client.constructor,
  attach(client, metering) {
    check?.(client as StainlessClient);
    return attach(client as StainlessClient, metering);
  },
});

function isStainlessClient(client: object): client is StainlessClient {
  const { fetch, prepareRequest, shouldRetry } = client as Partial<Record<keyof StainlessClient, unknown>>;
  return [fetch, prepareRequest, shouldRetry].every((member) => typeof member === "function");
}

function attach(client: StainlessClient, metering: ClientMetering): () => void {
  const bare = client.fetch;
  const { prepareRequest, withOptions } = client;
  const metered = meteredFetch(client, bare, metering);
  const undo = [
    override(client, "fetch", metered),
    override(client, "prepareRequest", function (this: StainlessClient, ...parameters: PrepareParameters) {
      const admitted = metering.active
        ? beforeLeaving(metering, client._provider !== undefined, ...parameters)
        : undefined;
      if (!admitted) return prepareRequest.apply(this, parameters);
      return admitted.then(() => prepareRequest.apply(this, parameters));
    }),
  ];
  if (metering.gate) undo.push(withdrawingFailures(client));
  if (withOptions) {
    undo.push(
      override(client, "withOptions", function (this: StainlessClient, options: { fetch?: Fetch }) {
        if (!metering.active) return withOptions.call(this, options);
        // The SDK hands its own fetch on to the copy, which must not be observed twice.
        const handedOn = this.fetch === metered ? { fetch: bare } : {};
        const copy = withOptions.call(this, { ...handedOn, ...options });
        metering.inherit(copy);
        return copy;
      }),
    );
  }
  return () => undo.forEach((restore) => restore());
}

type PrepareParameters = Parameters<StainlessClient["prepareRequest"]>;

/**
 * Whatever the SDK or the application throws between the admission of a call and its first exchange (a signal that has
 * fired, a token that could not be had) comes out of the method that makes the request.
 */
function withdrawingFailures(client: StainlessClient): () => void {
  const { makeRequest } = client;
  return override(client, "makeRequest", function (this: StainlessClient, ...parameters: MakeParameters) {
    const made = makeRequest.apply(this, parameters);
    made.catch(async () => callOf(await parameters[0])?.withdraw()).catch(() => undefined);
    return made;
  });
}

type MakeParameters = Parameters<StainlessClient["makeRequest"]>;

/**
 * The place where a request may still be changed or refused: an error thrown here reaches the application as it is,
 * and is not tried again.
 */
function beforeLeaving(
  metering: ClientMetering,
  hasProvider: boolean,
  init: PreparedInit,
  { options, url }: PrepareParameters[1],
): Promise<void> | undefined {
  const { binding, requests, gate, includeUsage } = metering;
  let target: Target | undefined;
  try {
    if (init.headers && !hasProvider) optionsOfHeaders.stamp(init.headers, options);
    else init[OPTIONS] = options;
    if (includeUsage) askForUsage(init, url, includeUsage);
    if (gate) target = binding.target((init.method ?? "GET").toUpperCase(), url);
  } catch (error) {
    requests.reportInternalError(error);
  }
  if (target?.endpoint.role !== "create") return undefined;
  const { endpoint, family } = target;
  const call = callFor(options, metering);
  const rewrite = (): void => {
    const { replacement } = call;
    if (replacement && typeof init.body === "string") {
      replaceBody(init, rewriteRequest(family.request, init.body, endpoint.operation, replacement));
    }
  };
  const admitted = call.admit(target, requestedLimits(family.request, options.body));
  if (admitted) return admitted.then(rewrite);
  rewrite();
  return undefined;
}

function meteredFetch(client: StainlessClient, bare: Fetch, metering: ClientMetering): Fetch {
  return function (input, init?: PreparedInit) {
    const options = init && takeOptions(init);
    const injected = metering.includeUsage !== undefined && init !== undefined && takeUsageMark(init);
    const observer = metering.active ? observerOf(client, metering, input, init, options) : undefined;
    if (!observer) return bare(input, init);
    if (init) observedBy.stamp(init, metering.requests);
    const exchange = observedFetch(bare, input, init, observer);
    return injected ? exchange.then((response) => stripped(response, metering)) : exchange;
  };
}

function takeOptions(init: PreparedInit): CallOptions | undefined {
  const options = init.headers && optionsOfHeaders.read(init.headers);
  if (options) return options;
  const carried = init[OPTIONS];
  if (carried) Reflect.deleteProperty(init, OPTIONS);
  return carried;
}

function stripped(response: Response, { requests }: ClientMetering): Response {
  try {
    return withoutInjectedUsage(response);
  } catch (error) {
    requests.reportInternalError(error);
    return response;
  }
}

function observerOf(
  client: StainlessClient,
  metering: ClientMetering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  options: CallOptions | undefined,
): ExchangeObserver | undefined {
  const { binding, requests } = metering;
  try {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const target = binding.target((init?.method ?? "GET").toUpperCase(), url);
    if (!target) return undefined;
    if (target.followedId !== undefined) return requests.followUp(target.followedId);
    const text = typeof init?.body === "string" ? init.body : undefined;
    const asked = requestedLimits(target.family.request, options?.body);
    if (target.onlyWithModel && asked.model === undefined) return undefined;
    const call = options ? callFor(options, metering) : OutgoingCall.within(metering);
    return call.attempt({
      target,
      // A form cannot be made to ask for something else.
      asked: text === undefined ? asked : { ...asked, ...call.replacement },
      requestBytes: text?.length,
      judge: options ? new CallJudge(client, options) : neverRetries(init?.signal),
    });
  } catch (error) {
    requests.reportInternalError(error);
    return undefined;
  }
}
