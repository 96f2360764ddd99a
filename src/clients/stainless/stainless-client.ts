import { runsModel } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type ExchangeObserver, type Fetch } from "../../transport/observed-fetch.ts";
import type { ApiFamily } from "../../wire/family.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { override } from "../own-property.ts";
import { askedByOptions } from "./asked-by-options.ts";
import { callFor, CallJudge, type CallOptions, type StainlessClient } from "./calls.ts";
import { takeUsageMark, withoutInjectedUsage } from "./include-usage.ts";
import { takeOptions, type PreparedInit } from "./prepared-init.ts";
import { withdrawingFailures } from "./making.ts";
import { parsedAnswers, type ParsedAnswers } from "./parsed-answers.ts";
import { admittingEarly, preparing } from "./preparing.ts";

/** One SDK that Stainless has generated. */
export interface StainlessSdk {
  /** Its package name. */
  readonly sdk: string;
  readonly family: ApiFamily;
  /** Whom a client talks to, whatever the host: the one provider of all its classes, or found from its class. @default anybody */
  readonly provider?: string | ((client: StainlessClient) => string | undefined);
  /** A static member that its client class has and no other SDK's: the class of its errors, as `OpenAIError`. */
  readonly errorClass: string;
  /**
   * Whether what is thrown where an attempt is prepared is taken for a failure of the network, and tried again: calls
   * are then refused where their options are prepared.
   */
  readonly retriesPreparation?: boolean;
  /** @throws ConfigurationError for a client in a mode that cannot be observed */
  check?(client: StainlessClient): void;
}

/** How clients of an SDK that Stainless has generated are metered. */
export const stainlessAdapter = ({
  sdk,
  family,
  provider,
  errorClass,
  check,
  retriesPreparation = false,
}: StainlessSdk): ClientAdapter => ({
  sdk,
  family,
  recognises: (client) => isStainlessClient(client) && errorClass in client.constructor,
  providerOf: (client) => (typeof provider === "function" ? provider(client as StainlessClient) : provider),
  attach(client, metering) {
    check?.(client as StainlessClient);
    return attach(client as StainlessClient, metering, retriesPreparation);
  },
});

function isStainlessClient(client: object): client is StainlessClient {
  const { fetch, prepareRequest, shouldRetry } = client as Partial<Record<keyof StainlessClient, unknown>>;
  return [fetch, prepareRequest, shouldRetry].every((member) => typeof member === "function");
}

function attach(client: StainlessClient, metering: ClientMetering, retriesPreparation: boolean): () => void {
  const bare = client.fetch;
  const { withOptions } = client;
  let parsing: ParsedAnswers | undefined;
  const metered = meteredFetch(client, bare, metering, (options) => parsing?.expectedOf(options) === true);
  const undo = [
    override(client, "fetch", metered),
    preparing(client, metering, retriesPreparation),
    ...(metering.gate && !client.parseResponseWithTimeout ? [withdrawingFailures(client)] : []),
    ...(metering.gate && retriesPreparation ? [admittingEarly(client, metering)] : []),
  ];
  if (client.parseResponseWithTimeout) {
    parsing = parsedAnswers(client, metering);
    undo.push(parsing.undo);
  }
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

function meteredFetch(
  client: StainlessClient,
  bare: Fetch,
  metering: ClientMetering,
  isParsed: (options: CallOptions) => boolean,
): Fetch {
  return function (input, init?: PreparedInit) {
    const options = init && takeOptions(init);
    const injected = metering.includeUsage !== undefined && init !== undefined && takeUsageMark(init);
    const observer = metering.active ? observerOf(client, metering, isParsed, input, init, options) : undefined;
    if (!observer) return bare(input, init);
    if (init) observedBy.stamp(init, metering.requests);
    const exchange = observedFetch(bare, input, init, observer);
    return injected ? exchange.then((response) => stripped(response, metering)) : exchange;
  };
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
  isParsed: (options: CallOptions) => boolean,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  options: CallOptions | undefined,
): ExchangeObserver | undefined {
  const { binding, requests } = metering;
  try {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const target = binding.target(init?.method ?? "GET", url);
    if (!target) return undefined;
    if (target.followedId !== undefined) return requests.followUp(target);
    const text = typeof init?.body === "string" ? init.body : undefined;
    const asked = askedByOptions(target, options);
    if (!runsModel(target, asked)) return undefined;
    const call = options ? callFor(options, metering) : OutgoingCall.within(metering);
    const request = call.attempt({
      target,
      // A form cannot be made to ask for something else.
      asked: text === undefined || !call.replacement ? asked : { ...asked, ...call.replacement },
      requestBytes: text?.length,
      judge: options ? new CallJudge(client, options) : neverRetries(init?.signal),
    });
    request.expectsParsing = options !== undefined && request.attempts === 1 && isParsed(options);
    return request;
  } catch (error) {
    requests.reportInternalError(error);
    return undefined;
  }
}
