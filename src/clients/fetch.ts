import type { Labels } from "../model/request.ts";
import type { Target } from "../requests/binding.ts";
import type { Admission } from "../requests/gate.ts";
import { neverRetries } from "../requests/retry-judge.ts";
import { type Fetch, observedFetch } from "../transport/metered-fetch.ts";
import { askedFor, askingInstead } from "../wire/asked-for.ts";
import type { Metering } from "./adapter.ts";

/** A `fetch` that is metered. Everything but the third parameter is as in the platform's. */
export type MeteredFetch = (
  input: Parameters<Fetch>[0],
  init?: RequestInit,
  /** Labels for this call only. */
  options?: { readonly labels?: Labels },
) => Promise<Response>;

/** Observes what goes through a `fetch`. Each exchange is a request: retries made above it cannot be told apart. */
export function meteredFetch(fetch: Fetch, metering: Metering, checked: (labels: Labels) => Labels): MeteredFetch {
  return (input, init, options) => {
    const target = targetOf(metering, input, init, options?.labels && checked(options.labels));
    if (!target) return fetch(input, init);
    const admission = target.followedId === undefined ? metering.gate?.admit(target, askedFor(init?.body)) : undefined;
    if (!(admission instanceof Promise)) return send(fetch, metering, target, input, init, admission);
    return admission.then((admitted) => send(fetch, metering, target, input, init, admitted));
  };
}

function targetOf(
  { binding, requests }: Metering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  labels: Labels | undefined,
): Target | undefined {
  if (requests.closed) return undefined;
  const asked = input instanceof Request ? input : undefined;
  const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  const target = binding.target((init?.method ?? asked?.method ?? "GET").toUpperCase(), url);
  if (!target || !labels) return target;
  return { ...target, origin: { ...target.origin, labels: { ...target.origin.labels, ...labels } } };
}

function send(
  fetch: Fetch,
  { requests }: Metering,
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
      ? { ...init, body: askingInstead(body, target.endpoint.operation, admission.replacement) }
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
