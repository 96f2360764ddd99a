import type { Labels } from "../../model/request.ts";
import { runsModel, type Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { Requests } from "../../requests/requests.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type Fetch } from "../../transport/observed-fetch.ts";
import { requestedLimits, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { Metering } from "../adapter.ts";
import { MarkedRetries } from "./marked-retries.ts";
import { outgoingBody, sizeOf, type OutgoingBody } from "./outgoing-body.ts";
import { rewrittenCall } from "./rewritten-call.ts";

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
  const retries = new MarkedRetries();
  const exchange: Fetch = (input, init) => {
    const target = targetOf(metering, input, init);
    if (!target) return fetch(input, init);
    if (target.followedId !== undefined) {
      const observer = metering.requests.followUp(target);
      return observer ? observedFetch(fetch, input, init, observer) : fetch(input, init);
    }
    const read = bodyOf(metering, input, init);
    const go = (body: OutgoingBody): Promise<Response> => make({ fetch, metering, retries, target, input, init, body });
    return read instanceof Promise ? read.then(go) : go(read);
  };
  return (input, init, options) =>
    options?.labels ? withLabels(options.labels, () => exchange(input, init)) : exchange(input, init);
}

/** One exchange on its way out. */
interface Outgoing {
  readonly fetch: Fetch;
  readonly metering: FetchMetering;
  readonly retries: MarkedRetries;
  readonly target: Target;
  readonly input: Parameters<Fetch>[0];
  readonly init: RequestInit | undefined;
  /** What it sends, as far as it can be looked into. */
  readonly body: OutgoingBody;
}

function make(outgoing: Outgoing): Promise<Response> {
  const { fetch, metering, retries, target, input, init, body } = outgoing;
  const asked = requestedLimits(target.family.request, body, target.endpoint.operation);
  if (!runsModel(target, asked)) return fetch(input, init);
  const headers = headersOf(input, init);
  const count = headers && retries.countOf(headers);
  const call =
    (count === undefined ? undefined : retries.take(urlOf(input), body, count)) ?? OutgoingCall.within(metering);
  let admitted: Promise<void> | undefined;
  try {
    admitted = call.admit(target, asked);
  } catch (refusal) {
    return rejected(refusal);
  }
  const leave = (): Promise<Response> => send(outgoing, call, asked, headers, count !== undefined);
  return admitted ? admitted.then(leave) : leave();
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
    const asked = input instanceof Request ? input : undefined;
    const observer = observedBy.read(asked ?? init ?? {});
    // Another meter counts for itself; another copy of the package is there unnoticed, and would count a second time.
    if (observer === requests || (observer && !(observer instanceof Requests))) return undefined;
    const url = asked ? asked.url : (input as URL).toString();
    return binding.target((init?.method ?? asked?.method ?? "GET").toUpperCase(), url);
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

/** As fetch takes them: those of `init` are all that is sent. */
function headersOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): Headers | undefined {
  try {
    if (init?.headers !== undefined) return init.headers instanceof Headers ? init.headers : new Headers(init.headers);
  } catch {
    return undefined; // fetch says what is wrong with them
  }
  return input instanceof Request ? input.headers : undefined;
}

const urlOf = (input: Parameters<Fetch>[0]): string => (input instanceof Request ? input.url : String(input));

function send(
  { fetch, retries, target, input, init, body }: Outgoing,
  call: OutgoingCall,
  asked: RequestedLimits,
  headers: Headers | undefined,
  isMarked: boolean,
): Promise<Response> {
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  const text = isSigned(headers) || !call.replacement ? undefined : textOf(body);
  const sent =
    text !== undefined && call.replacement
      ? rewrittenCall(input, { ...init, ...(headers && { headers }), body: text }, target, call.replacement)
      : undefined;
  const request = call.attempt({
    target: sent?.target ?? target,
    asked: { ...asked, ...sent?.asked },
    requestBytes: sizeOf(body),
    judge: isMarked ? retries.judge(() => call, urlOf(input), body, signal) : neverRetries(signal),
  });
  return observedFetch(fetch, sent?.input ?? input, sent?.init ?? init, request);
}

/** Only text can be made to ask for something else, and only where no signature holds its digest. */
function textOf(body: OutgoingBody): string | undefined {
  return body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : typeof body === "string" ? body : undefined;
}

/** By AWS's Signature Version 4, which covers the body. */
const isSigned = (headers: Headers | undefined): boolean => headers?.get("authorization")?.startsWith("AWS4-") === true;
