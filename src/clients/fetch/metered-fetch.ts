import type { Labels } from "../../model/request.ts";
import { runsModel, type Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import type { Replaceable } from "../../requests/gate.ts";
import { Requests } from "../../requests/requests.ts";
import { neverRetries, type RetryJudge } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type Fetch } from "../../transport/observed-fetch.ts";
import { requestedLimits, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { Metering } from "../adapter.ts";
import { attemptsBefore, COUNT_HEADER, MarkedRetries } from "./marked-retries.ts";
import { requestIn, urlOf } from "./given-request.ts";
import { outgoingBody, sizeOf, type OutgoingBody } from "./outgoing-body.ts";
import { headerOf, headersOf } from "./outgoing-headers.ts";
import { rewrittenCall, type RewrittenCall } from "./rewritten-call.ts";

type FetchMetering = Pick<Metering, "binding" | "requests" | "gate">;

/** A `fetch` that is metered. Everything but the third parameter is as in the platform's. */
export type MeteredFetch = (
  input: Parameters<Fetch>[0],
  init?: RequestInit,
  /** Labels for this call only. */
  options?: { readonly labels?: Labels },
) => Promise<Response>;

/**
 * Observes what goes through a `fetch`. Each exchange is a request, but for retries that the SDK above marks as such.
 *
 * @param withLabels runs a function in a scope with these labels
 */
export function meteredFetch(
  fetch: Fetch,
  metering: FetchMetering,
  withLabels: <Result>(labels: Labels, run: () => Result) => Result,
): MeteredFetch {
  const exchange = observingFetch(fetch, metering, markingCaller(metering));
  return (input, init, options) =>
    options?.labels ? withLabels(options.labels, () => exchange(input, init)) : exchange(input, init);
}

/** What is known of who calls a fetch: which exchanges are attempts of one call, and whether there will be another. */
export interface Caller {
  callOf(exchange: Exchange): OutgoingCall;
  judge(call: OutgoingCall, exchange: Exchange): RetryJudge;
  /** Whether each call has a signal of its own, which may be listened to: one that outlives calls would gather listeners. */
  readonly hasOwnSignals?: boolean;
}

/** One exchange before it is made. */
export interface Exchange {
  readonly input: Parameters<Fetch>[0];
  readonly init: RequestInit | undefined;
  /** What it sends, as far as it can be looked into. */
  readonly body: OutgoingBody;
  readonly signal: AbortSignal | undefined;
}

/** Whoever may call a fetch: some SDKs say which attempt of a call an exchange is. */
function markingCaller(metering: FetchMetering): Caller {
  const retries = new MarkedRetries();
  const countOf = ({ input, init }: Exchange): number | undefined =>
    attemptsBefore(headerOf(COUNT_HEADER, input, init));
  return {
    callOf(exchange) {
      const count = countOf(exchange);
      const known = count === undefined ? undefined : retries.take(urlOf(exchange.input), exchange.body, count);
      return known ?? OutgoingCall.within(metering);
    },
    judge: (call, exchange) =>
      countOf(exchange) === undefined
        ? neverRetries(exchange.signal)
        : retries.judge(() => call, urlOf(exchange.input), exchange.body, exchange.signal),
  };
}

/** A fetch whose exchanges are observed as attempts of its caller's calls. */
export function observingFetch(fetch: Fetch, metering: FetchMetering, caller: Caller): Fetch {
  return (input, init) => {
    const target = targetOf(metering, input, init);
    if (!target) return fetch(input, init);
    if (target.followedId !== undefined) {
      const observer = metering.requests.followUp(target);
      return observer ? observedFetch(fetch, input, init, observer) : fetch(input, init);
    }
    const signal = init?.signal ?? requestIn(input)?.signal;
    // With a signal that has fired no exchange is made.
    if (signal?.aborted === true) return fetch(input, init);
    const read = bodyOf(metering, input, init);
    const go = (body: OutgoingBody): Promise<Response> => make(fetch, caller, target, { input, init, body, signal });
    return read instanceof Promise ? read.then(go) : go(read);
  };
}

function make(fetch: Fetch, caller: Caller, target: Target, exchange: Exchange): Promise<Response> {
  const { input, init, body, signal } = exchange;
  const asked = requestedLimits(target.family.request, body, target.endpoint.operation);
  if (!runsModel(target, asked)) return fetch(input, init);
  const call = caller.callOf(exchange);
  let admitted: Promise<void> | undefined;
  try {
    admitted = call.admit(target, asked, call.asksBudgets ? replaceableOf(exchange) : undefined);
  } catch (refusal) {
    return rejected(refusal);
  }
  const leave = (): Promise<Response> => send(fetch, caller, call, target, asked, exchange);
  if (!admitted) return leave();
  return admitted.then(() => {
    if (signal?.aborted !== true) return leave();
    call.withdraw();
    return fetch(input, init);
  });
}

/** As fetch does, which throws nothing. */
async function rejected(refusal: unknown): Promise<never> {
  await Promise.resolve();
  throw refusal;
}

function targetOf(
  { binding, requests }: FetchMetering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): Target | undefined {
  if (requests.closed) return undefined;
  try {
    const asked = requestIn(input);
    const observer = observedBy.read(asked ?? init ?? {});
    // Another meter counts for itself; another copy of the package is there unnoticed, and would count a second time.
    if (observer === requests || (observer && !(observer instanceof Requests))) return undefined;
    const url = asked ? asked.url : (input as URL).toString();
    return binding.target(init?.method ?? asked?.method ?? "GET", url);
  } catch (error) {
    requests.reportInternalError(error);
    return undefined;
  }
}

function bodyOf(
  { requests }: FetchMetering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): OutgoingBody | Promise<OutgoingBody> {
  const report = (error: unknown): undefined => {
    requests.reportInternalError(error);
    return undefined;
  };
  try {
    const body = outgoingBody(input, init);
    return body instanceof Promise ? body.catch(report) : body;
  } catch (error) {
    report(error);
    return undefined;
  }
}

function send(
  fetch: Fetch,
  caller: Caller,
  call: OutgoingCall,
  target: Target,
  asked: RequestedLimits,
  exchange: Exchange,
): Promise<Response> {
  const { input, init, body, signal } = exchange;
  const sent = call.replacement && rewritten(exchange, target, call.replacement);
  const request = call.attempt({
    target: sent?.target ?? target,
    asked: sent ? { ...asked, ...sent.asked } : asked,
    requestBytes: sizeOf(body),
    judge: caller.judge(call, exchange),
  });
  if (signal && caller.hasOwnSignals) {
    signal.addEventListener("abort", () => request.aborted(signal.reason), { once: true });
  }
  const [marked, markedInit] = markedBy(call.requests, sent?.input ?? input, sent?.init ?? init);
  return observedFetch(fetch, marked, markedInit, request);
}

/** What is sent, known to a metered fetch below. An application may use its init again: a copy is marked. */
function markedBy(
  requests: Requests,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): readonly [Parameters<Fetch>[0], RequestInit | undefined] {
  const request = requestIn(input);
  if (request) observedBy.stamp(request, requests);
  else if (init && isPlain(init)) {
    const copy = { ...init };
    observedBy.stamp(copy, requests);
    return [input, copy];
  }
  return [input, init];
}

const isPlain = (object: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
};

/** The call with what is sent instead; undefined where it cannot be changed. */
function rewritten(
  { input, init, body }: Exchange,
  target: Target,
  replacement: Partial<RequestedLimits>,
): RewrittenCall | undefined {
  const headers = headersOf(input, init);
  const text = isSigned(headers) ? undefined : textOf(body);
  if (text === undefined) return undefined;
  return rewrittenCall(input, { ...init, ...(headers && { headers }), body: text }, target, replacement);
}

/** A `Request` has its address for good. */
function replaceableOf({ input, init, body }: Exchange): Replaceable {
  const isText = typeof body === "string" || body instanceof Uint8Array;
  if (!isText || isSigned(headersOf(input, init))) return "nothing";
  return requestIn(input) ? "body" : "body and path";
}

/** Only text can be made to ask for something else, and only where no signature holds its digest. */
function textOf(body: OutgoingBody): string | undefined {
  return body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : typeof body === "string" ? body : undefined;
}

/** By AWS's Signature Version 4, which covers the body. */
const isSigned = (headers: Headers | undefined): boolean => headers?.get("authorization")?.startsWith("AWS4-") === true;
