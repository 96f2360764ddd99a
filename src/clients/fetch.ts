import type { Labels } from "../model/request.ts";
import type { Target } from "../requests/binding.ts";
import type { Admission } from "../requests/gate.ts";
import { neverRetries } from "../requests/retry-judge.ts";
import { observedBy, observedFetch, type Fetch } from "../transport/metered-fetch.ts";
import { askedFor, askingInstead, type AskedFor } from "../wire/asked-for.ts";
import type { Metering } from "./adapter.ts";

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
    let admission: Admission | undefined | Promise<Admission>;
    try {
      if (target.followedId === undefined) admission = metering.gate?.admit(target, askedFor(init?.body));
    } catch (refusal) {
      return rejected(refusal);
    }
    if (!(admission instanceof Promise)) return send(fetch, metering, target, input, init, admission);
    return admission.then((admitted) => send(fetch, metering, target, input, init, admitted));
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
    if (observedBy.read(asked ?? init ?? {}) === requests) return undefined;
    const url = asked ? asked.url : (input as URL).toString();
    return binding.target((init?.method ?? asked?.method ?? "GET").toUpperCase(), url);
  } catch (mistake) {
    requests.mistake(mistake);
    return undefined;
  }
}

function send(
  fetch: Fetch,
  { requests }: FetchMetering,
  target: Target,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  admission: Admission | undefined,
): Promise<Response> {
  if (target.followedId !== undefined) {
    const observer = requests.followUp(target.followedId);
    return observer ? observedFetch(fetch, input, init, observer) : fetch(input, init);
  }
  const body = init?.body;
  const sent =
    admission?.replacement && typeof body === "string"
      ? { ...init, ...asking(body, init?.headers, target, admission.replacement) }
      : init;
  const request = requests.begin({
    target,
    admission,
    requestedModel: askedFor(sent?.body).model,
    requestBytes: typeof body === "string" ? body.length : undefined,
    judge: neverRetries(init?.signal ?? (input instanceof Request ? input.signal : undefined)),
  });
  request.attempt();
  return observedFetch(fetch, input, sent, request);
}

function asking(
  body: string,
  given: RequestInit["headers"],
  { endpoint }: Target,
  instead: Partial<AskedFor>,
): Pick<RequestInit, "body" | "headers"> {
  const headers = new Headers(given);
  headers.delete("content-length");
  return { body: askingInstead(body, endpoint.operation, instead), headers };
}
