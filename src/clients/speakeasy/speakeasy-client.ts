import type { FollowUp } from "../../requests/follow-up.ts";
import { runsModel, type Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { observedBy } from "../../transport/observed-fetch.ts";
import { stampOf } from "../../transport/stamp.ts";
import type { ApiFamily } from "../../wire/family.ts";
import { NO_LIMITS, requestedLimits, rewriteRequest, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { override } from "../own-property.ts";
import {
  judgeOf,
  packageOf,
  type CreatedRequest,
  type HookContext,
  type SpeakeasyClient,
  type SpeakeasyOptions,
} from "./speakeasy-sdk.ts";

/** One SDK that Speakeasy has generated. */
export interface SpeakeasySdk {
  /** Its package name. */
  readonly sdk: string;
  readonly family: ApiFamily;
  /** Whom its clients talk to, whatever the host. @default anybody */
  readonly provider?: string;
}

/** How clients of an SDK that Speakeasy has generated are metered. */
export const speakeasyAdapter = ({ sdk, family, provider }: SpeakeasySdk): ClientAdapter => ({
  sdk,
  family,
  recognises: (client) => packageOf(client) === sdk,
  providerOf: () => provider,
  attach: (client, metering) => attachSpeakeasy(client as SpeakeasyClient, family, metering),
});

/** What is read of a request's body before the SDK makes it unreadable. */
interface Body extends RequestedLimits {
  readonly bytes: number | undefined;
}

/** Observes a client, with all sub-clients that it has made or will make. */
export function attachSpeakeasy(
  { _options: options }: SpeakeasyClient,
  family: ApiFamily,
  metering: ClientMetering,
): () => void {
  const { binding, requests } = metering;
  const { hooks } = options;
  const { beforeCreateRequest, beforeRequest, afterSuccess, afterError } = hooks;
  const bodyOfContext = stampOf<Body>();
  const callOfContext = stampOf<OutgoingCall>();
  const requestOfExchange = stampOf<PendingRequest>();
  const followUpOfContext = stampOf<FollowUp | undefined>();
  const observed = (observe: () => void): void => {
    try {
      observe();
    } catch (error) {
      requests.reportInternalError(error);
    }
  };
  const readBody = (context: HookContext, { options: { body } }: CreatedRequest): void => {
    const bytes = typeof body === "string" ? body.length : undefined;
    bodyOfContext.stamp(context, { ...requestedLimits(family.request, body), bytes });
  };
  const begin = (context: HookContext, exchange: Request, target: Target, call: OutgoingCall): void => {
    const { bytes, ...asked }: Body = bodyOfContext.read(context) ?? { ...NO_LIMITS, bytes: undefined };
    const isFirst = call.request === undefined;
    const request = call.attempt({
      target,
      asked: { ...asked, ...call.replacement },
      requestBytes: bytes,
      judge: judgeOf(context, exchange.signal),
    });
    if (isFirst) unanswered.register(context, request);
    requestOfExchange.stamp(exchange, request);
    observedBy.stamp(exchange, requests);
    observeAbort(exchange.signal, request);
  };
  /** The exchange to make: the given one, or one that asks for something else. */
  const leaving = async (context: HookContext, exchange: Request, target: Target): Promise<Request> => {
    const call = callOfContext.read(context) ?? OutgoingCall.within(metering);
    callOfContext.stamp(context, call);
    const admitted = call.admit(target, bodyOfContext.read(context) ?? NO_LIMITS);
    if (admitted) await admitted;
    if (exchange.signal.aborted) {
      call.withdraw();
      return exchange;
    }
    const sent = call.replacement ? await asking(exchange, target, call.replacement) : exchange;
    observed(() => begin(context, sent, target, call));
    return sent;
  };
  const requestError = (error: unknown, exchange: Request): void =>
    observed(() => requestOfExchange.read(exchange)?.unanswered(error));
  const requestOf = (context: HookContext): PendingRequest | undefined => callOfContext.read(context)?.request;

  const undo = [
    override(hooks, "beforeCreateRequest", (context: HookContext, given: CreatedRequest) => {
      const created = beforeCreateRequest.call(hooks, context, given);
      if (metering.active) observed(() => readBody(context, created));
      return created;
    }),
    override(hooks, "beforeRequest", async (context: HookContext, given: Request) => {
      const exchange = await beforeRequest.call(hooks, context, given);
      let target: Target | undefined;
      observed(() => {
        // A signal that has fired keeps the SDK from sending anything.
        if (!metering.active || exchange.signal.aborted) return;
        const found = binding.target(exchange.method, exchange.url);
        if (found?.followedId !== undefined) followUpOfContext.stamp(context, requests.followUp(found));
        else if (found && runsModel(found, bodyOfContext.read(context) ?? NO_LIMITS)) target = found;
      });
      return target ? leaving(context, exchange, target) : exchange;
    }),
    override(hooks, "afterSuccess", (context: HookContext, response: Response) => {
      observed(() => (followUpOfContext.read(context) ?? requestOf(context))?.answered(response));
      return afterSuccess.call(hooks, context, response);
    }),
    override(hooks, "afterError", (context: HookContext, response: Response | null, error: unknown) => {
      observed(() => {
        if (response) requestOf(context)?.answered(response);
        else requestOf(context)?.unanswered(error);
      });
      return afterError.call(hooks, context, response, error);
    }),
    observeNetworkErrors(options, requestError),
  ];
  return () => undo.forEach((restore) => restore());
}

/** The same request, asking for something else. The SDK has given us a copy, whose body is ours to read. */
const asking = async (
  exchange: Request,
  { endpoint, family }: Target,
  instead: Partial<RequestedLimits>,
): Promise<Request> => {
  const body = await exchange.clone().text();
  return new Request(exchange, { body: rewriteRequest(family.request, body, endpoint.operation, instead) });
};

/**
 * The hooks are not called when no answer comes; only the HTTP client knows. Where the application gave none,
 * sub-clients that are made from now on get one that does what the SDK's default does.
 */
function observeNetworkErrors(
  options: SpeakeasyOptions,
  requestError: (error: unknown, request: Request) => void,
): () => void {
  const { httpClient = options.http_client } = options;
  const observing = (send: (request: Request) => Promise<Response>) => async (request: Request) => {
    try {
      return await send(request);
    } catch (error) {
      requestError(error, request);
      throw error;
    }
  };
  if (httpClient) {
    const { request } = httpClient;
    return override(
      httpClient,
      "request",
      observing((exchange) => request.call(httpClient, exchange)),
    );
  }
  const ours = {
    request: observing((request) => fetch(request)),
    addHook: () => undefined,
    removeHook: () => undefined,
  };
  options.httpClient = ours;
  return () => {
    if (options.httpClient === ours) delete options.httpClient;
  };
}

/** A call whose network error nobody reported is over when the SDK has let go of it. */
const unanswered = new FinalizationRegistry<PendingRequest>((request) => request.lost());

function observeAbort(signal: AbortSignal, request: PendingRequest): void {
  signal.addEventListener("abort", () => request.aborted(signal.reason), { once: true });
}
