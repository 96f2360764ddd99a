import type { Labels } from "../../model/request.ts";
import { runsModel, type Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { Requests } from "../../requests/requests.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { observedBy, observedFetch, type Fetch } from "../../transport/observed-fetch.ts";
import { requestedLimits, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { Metering } from "../adapter.ts";
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
 * Observes what goes through a `fetch`. Each exchange is a request: retries made above it cannot be told apart.
 *
 * @param withLabels runs a function in a scope with these labels
 */
export function meteredFetch(
  fetch: Fetch,
  metering: FetchMetering,
  withLabels: <Result>(labels: Labels, run: () => Result) => Result,
): MeteredFetch {
  const exchange: Fetch = (input, init) => {
    const target = targetOf(metering, input, init);
    if (!target) return fetch(input, init);
    if (target.followedId !== undefined) {
      const observer = metering.requests.followUp(target);
      return observer ? observedFetch(fetch, input, init, observer) : fetch(input, init);
    }
    const asked = requestedLimits(target.family.request, init?.body, target.endpoint.operation);
    if (!runsModel(target, asked)) return fetch(input, init);
    const call = OutgoingCall.within(metering);
    let admitted: Promise<void> | undefined;
    try {
      admitted = call.admit(target, asked);
    } catch (refusal) {
      return rejected(refusal);
    }
    const leave = (): Promise<Response> => send(fetch, call, target, asked, input, init);
    return admitted ? admitted.then(leave) : leave();
  };
  return (input, init, options) =>
    options?.labels ? withLabels(options.labels, () => exchange(input, init)) : exchange(input, init);
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

function send(
  fetch: Fetch,
  call: OutgoingCall,
  target: Target,
  asked: RequestedLimits,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const text = typeof init?.body === "string" ? init.body : undefined;
  // Only text can be made to ask for something else, and only where no signature holds its digest.
  const replacement = text !== undefined && call.replacement && !isSigned(init?.headers) ? call.replacement : undefined;
  const sent =
    text !== undefined && replacement ? rewrittenCall(input, { ...init, body: text }, target, replacement) : undefined;
  const request = call.attempt({
    target: sent?.target ?? target,
    asked: { ...asked, ...sent?.asked },
    requestBytes: text?.length,
    judge: neverRetries(init?.signal ?? (input instanceof Request ? input.signal : undefined)),
  });
  return observedFetch(fetch, sent?.input ?? input, sent?.init ?? init, request);
}

/** By AWS's Signature Version 4, which covers the body. */
const isSigned = (headers: RequestInit["headers"]): boolean =>
  headers !== undefined && new Headers(headers).get("authorization")?.startsWith("AWS4-") === true;
