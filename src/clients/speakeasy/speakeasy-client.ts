import type { Target } from "../../requests/binding.ts";
import type { AdmissionDecision } from "../../requests/gate.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { isAbandoned, type RetryJudge } from "../../requests/retry-judge.ts";
import { observedBy } from "../../transport/observed-fetch.ts";
import { stampOf } from "../../transport/stamp.ts";
import type { ApiFamily } from "../../wire/family.ts";
import { NO_LIMITS, requestedLimits, rewriteRequest, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { ClientAdapter, Metering } from "../adapter.ts";

/** What is relied on of a client that Speakeasy has generated: of `@mistralai/mistralai` 1 and 2 and its likes. */
interface SpeakeasyClient {
  readonly _options: SpeakeasyOptions;
}

/** Shared by the client and all sub-clients that it makes when they are first asked for. */
interface SpeakeasyOptions {
  readonly hooks: SpeakeasyHooks;
  httpClient?: HttpClient;
}

interface SpeakeasyHooks {
  readonly beforeCreateRequestHooks: unknown[];
  readonly beforeRequestHooks: unknown[];
  readonly afterSuccessHooks: unknown[];
  readonly afterErrorHooks: unknown[];
}

interface HttpClient {
  request(request: Request): Promise<Response>;
  addHook(...hook: unknown[]): unknown;
  removeHook(...hook: unknown[]): unknown;
}

/** The SDK's context of one call: the same object for every attempt. */
interface HookContext {
  readonly retryConfig?: { readonly strategy?: string; readonly retryConnectionErrors?: boolean };
  readonly retryCodes?: readonly string[];
}

interface CreatedRequest {
  readonly url: URL;
  readonly options: { readonly body?: unknown; readonly signal?: AbortSignal | null };
}

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
  recognises: isSpeakeasyClient,
  providerOf: () => provider,
  attach: (client, metering) => attach(client as SpeakeasyClient, family, metering),
});

function isSpeakeasyClient(client: object): client is SpeakeasyClient {
  const { hooks } = (client as Partial<SpeakeasyClient>)._options ?? {};
  return [
    hooks?.beforeCreateRequestHooks,
    hooks?.beforeRequestHooks,
    hooks?.afterSuccessHooks,
    hooks?.afterErrorHooks,
  ].every(Array.isArray);
}

/** What is read of a request's body before the SDK makes it unreadable. */
interface Body extends RequestedLimits {
  readonly bytes: number | undefined;
}

function attach(
  { _options: options }: SpeakeasyClient,
  family: ApiFamily,
  { binding, requests, gate }: Metering,
): () => void {
  const bodyOfCall = stampOf<Body>();
  const requestOfCall = stampOf<PendingRequest>();
  const requestOfExchange = stampOf<PendingRequest>();
  const admissionOfCall = stampOf<AdmissionDecision>();
  const observed = (observe: () => void): void => {
    try {
      observe();
    } catch (error) {
      requests.reportInternalError(error);
    }
  };
  const beforeCreateRequest = (context: HookContext, created: CreatedRequest): CreatedRequest => {
    observed(() => {
      const { body } = created.options;
      const bytes = typeof body === "string" ? body.length : undefined;
      bodyOfCall.stamp(context, { ...requestedLimits(family.request, body), bytes });
    });
    return created;
  };
  const begin = (
    context: HookContext,
    exchange: Request,
    target: Target,
    admission: AdmissionDecision | undefined,
  ): void =>
    observed(() => {
      let request = requestOfCall.read(context);
      if (!request) {
        const { bytes, ...asked }: Body = bodyOfCall.read(context) ?? { ...NO_LIMITS, bytes: undefined };
        request = requests.begin({
          target,
          admission,
          asked: { ...asked, ...admission?.replacement },
          requestBytes: bytes,
          judge: judgeOf(context, exchange.signal),
        });
        requestOfCall.stamp(context, request);
        unanswered.register(context, request);
      }
      request.attempt();
      requestOfExchange.stamp(exchange, request);
      observedBy.stamp(exchange, requests);
      observeAbort(exchange.signal, request);
    });
  const beforeRequest = (context: HookContext, exchange: Request): Request | Promise<Request> => {
    let target: Target | undefined;
    observed(() => {
      if (!requests.closed) target = binding.target(exchange.method, exchange.url);
    });
    if (!target) return exchange;
    const known = admissionOfCall.read(context);
    const leave = async (admitted: AdmissionDecision | Promise<AdmissionDecision>): Promise<Request> => {
      const admission = await admitted;
      admissionOfCall.stamp(context, admission);
      const sent = admission.replacement ? await asking(exchange, target!, admission.replacement) : exchange;
      begin(context, sent, target!, admission);
      return sent;
    };
    const admission = known ?? gate?.admit(target, bodyOfCall.read(context) ?? NO_LIMITS);
    if (admission) return leave(admission);
    begin(context, exchange, target, undefined);
    return exchange;
  };
  const afterSuccess = (context: HookContext, response: Response): Response => {
    observed(() => requestOfCall.read(context)?.answered(response));
    return response;
  };
  const afterError = (context: HookContext, response: Response | null, error: unknown) => {
    observed(() => {
      const request = requestOfCall.read(context);
      if (response) request?.answered(response);
      else request?.unanswered(error);
    });
    return { response, error };
  };
  const requestError = (error: unknown, exchange: Request): void =>
    observed(() => requestOfExchange.read(exchange)?.unanswered(error));

  const { hooks } = options;
  const undo = [
    append(hooks.beforeCreateRequestHooks, { beforeCreateRequest }),
    append(hooks.beforeRequestHooks, { beforeRequest }),
    append(hooks.afterSuccessHooks, { afterSuccess }),
    append(hooks.afterErrorHooks, { afterError }),
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

function append(hooks: unknown[], hook: object): () => void {
  hooks.push(hook);
  return () => {
    const at = hooks.indexOf(hook);
    if (at !== -1) hooks.splice(at, 1);
  };
}

/**
 * The hooks are not told when no answer comes; only the HTTP client is. One that the application gave takes hooks of
 * its own. Where there is none, sub-clients that are made from now on get one that does what the SDK's default does.
 */
function observeNetworkErrors(
  options: SpeakeasyOptions,
  requestError: (error: unknown, request: Request) => void,
): () => void {
  const given = options.httpClient;
  if (given) {
    given.addHook("requestError", requestError);
    return () => given.removeHook("requestError", requestError);
  }
  let attached = true;
  options.httpClient = {
    async request(request) {
      try {
        return await fetch(request);
      } catch (error) {
        if (attached) requestError(error, request);
        throw error;
      }
    },
    addHook: () => undefined,
    removeHook: () => undefined,
  };
  return () => {
    attached = false;
    delete options.httpClient;
  };
}

/** A call whose network error nobody told us of is over when the SDK has let go of it. */
const unanswered = new FinalizationRegistry<PendingRequest>((request) => request.lost());

function observeAbort(signal: AbortSignal, request: PendingRequest): void {
  signal.addEventListener("abort", () => request.aborted(signal.reason), { once: true });
}

/** The SDK retries for an hour at most, when it was told to retry at all. */
function judgeOf({ retryConfig, retryCodes = [] }: HookContext, signal: AbortSignal): RetryJudge {
  const backsOff = retryConfig?.strategy === "backoff";
  return {
    afterAnswer: ({ status }) => backsOff && retryCodes.some((code) => matchesCode(code, status)),
    afterError: () => backsOff && retryConfig.retryConnectionErrors === true,
    afterBrokenBody: () => false,
    abandoned: () => isAbandoned(signal),
  };
}

/** `429` or `5XX`, as the SDK writes them. */
const matchesCode = (code: string, status: number): boolean =>
  /^[0-9]xx$/i.test(code) ? code.startsWith(String(status)[0]!) : code === String(status);
