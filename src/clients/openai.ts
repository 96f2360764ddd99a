import { ConfigurationError } from "../model/errors.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import { type RetryJudge, neverRetries } from "../requests/retry-judge.ts";
import { type ExchangeObserver, type Fetch, observedFetch } from "../transport/metered-fetch.ts";
import { stampOf } from "../transport/stamp.ts";
import { askForUsage, takeUsageMark, withoutInjectedUsage } from "../transport/stream-usage.ts";
import { requestedModel } from "../wire/requested-model.ts";
import type { ClientAdapter, Metering } from "./adapter.ts";
import { override } from "./own-property.ts";

/** What is relied on of the client of `openai` 4 to 7 (and of other clients that Stainless generates like it). */
interface OpenAIClient {
  fetch: Fetch;
  readonly maxRetries: number;
  readonly _options?: { readonly workloadIdentity?: { readonly type?: unknown } };
  readonly _workloadIdentityAuth?: unknown;
  prepareRequest(init: PreparedInit, context: { readonly url: string; readonly options: CallOptions }): Promise<void>;
  shouldRetry(response: Response): boolean | Promise<boolean>;
  withOptions?(options: object): OpenAIClient;
}

/** The SDK's options of one call: the same object for every attempt. */
interface CallOptions {
  readonly body?: unknown;
  readonly maxRetries?: number;
  readonly signal?: AbortSignal | null;
  readonly __metadata?: Readonly<Record<string, unknown>>;
}

/** Carries a call's options from where the SDK prepares an attempt to where it fetches: the SDK copies it along. */
const OPTIONS = Symbol("llm-footprint.options");
type PreparedInit = RequestInit & { [OPTIONS]?: CallOptions };

const requestOfCall = stampOf<PendingRequest>();
/** A call that is sent again with a fresh token has new options, but the same body. */
const requestOfBody = stampOf<PendingRequest>();

export const openai: ClientAdapter = {
  sdk: "openai",
  family: "openai",
  provider: "openai",
  recognises: isOpenAIClient,
  attach(client, metering) {
    return attach(client as OpenAIClient, metering);
  },
};

function isOpenAIClient(client: object): client is OpenAIClient {
  const { fetch, prepareRequest, shouldRetry } = client as Partial<Record<keyof OpenAIClient, unknown>>;
  return [fetch, prepareRequest, shouldRetry].every((member) => typeof member === "function") && "chat" in client;
}

function attach(client: OpenAIClient, metering: Metering): () => void {
  if (client._options?.workloadIdentity?.type === "x509") {
    throw new ConfigurationError(
      "wrap(client)",
      "this OpenAI client uses X.509 workload identity, whose transport the SDK closes to others",
      "Use another credential, or report the usage with meter.record().",
    );
  }
  const bare = client.fetch;
  const { prepareRequest, withOptions } = client;
  const undo = [
    override(client, "fetch", meteredFetch(client, bare, metering)),
    override(client, "prepareRequest", function (this: OpenAIClient, ...parameters: PrepareParameters) {
      const [init, { options, url }] = parameters;
      init[OPTIONS] = options;
      if (metering.includeUsage) askForUsage(init, url, metering.includeUsage);
      return prepareRequest.apply(this, parameters);
    }),
  ];
  if (withOptions) {
    undo.push(
      override(client, "withOptions", function (this: OpenAIClient, options: { fetch?: Fetch }) {
        // The SDK hands its own fetch on to the copy, which must not be observed twice.
        const copy = withOptions.call(this, { fetch: bare, ...options });
        attach(copy, metering);
        return copy;
      }),
    );
  }
  return () => undo.forEach((restore) => restore());
}

type PrepareParameters = Parameters<OpenAIClient["prepareRequest"]>;

function meteredFetch(client: OpenAIClient, bare: Fetch, metering: Metering): Fetch {
  return function (input, init?: PreparedInit) {
    const options = init?.[OPTIONS];
    if (options) Reflect.deleteProperty(init, OPTIONS);
    const injected = init !== undefined && takeUsageMark(init);
    const observer = observerOf(client, metering, input, init, options);
    if (!observer) return bare(input, init);
    const exchange = observedFetch(bare, input, init, observer);
    return injected ? exchange.then(withoutInjectedUsage) : exchange;
  };
}

function observerOf(
  client: OpenAIClient,
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
    let request = options && earlierAttempts(options);
    if (!request) {
      const judge = judgeOf(client, options, init?.signal);
      const requestBytes = typeof init?.body === "string" ? init.body.length : undefined;
      request = requests.begin({ target, requestedModel: requestedModel(options?.body), requestBytes, judge });
      if (options) requestOfCall.stamp(options, request);
    }
    request.attempt();
    return request;
  } catch (mistake) {
    requests.mistake(mistake);
    return undefined;
  }
}

function earlierAttempts(options: CallOptions): PendingRequest | undefined {
  const known = requestOfCall.read(options);
  if (known ?? options.__metadata?.["workloadIdentityTokenRefreshed"] !== true) return known;
  return isObject(options.body) ? requestOfBody.read(options.body) : undefined;
}

function judgeOf(
  client: OpenAIClient,
  options: CallOptions | undefined,
  signal: AbortSignal | null | undefined,
): RetryJudge {
  if (!options) return neverRetries(signal);
  const attemptsRemain = (attempts: number): boolean =>
    attempts <= (options.maxRetries ?? client.maxRetries) && options.__metadata?.["hasStreamingBody"] !== true;
  return {
    afterAnswer: (response, attempts) =>
      attemptsRemain(attempts) && (refreshesToken(client, options, response) || client.shouldRetry(response)),
    afterError: attemptsRemain,
    // openai 7 bounds the reading of a body by its time-out and then tries again.
    afterBrokenBody: (error, attempts) =>
      attemptsRemain(attempts) &&
      "parseResponseWithTimeout" in client &&
      (error as Error | null)?.name === "AbortError",
    abandoned: () => options.signal?.aborted === true,
  };
}

function refreshesToken(client: OpenAIClient, options: CallOptions, { status }: Response): boolean {
  if (status !== 401 || !client._workloadIdentityAuth) return false;
  if (options.__metadata?.["workloadIdentityTokenRefreshed"] === true) return false;
  const request = requestOfCall.read(options);
  if (request && isObject(options.body)) requestOfBody.stamp(options.body, request);
  return true;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
