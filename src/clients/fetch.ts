import type { Labels } from "../model/request.ts";
import { neverRetries } from "../requests/retry-judge.ts";
import { type ExchangeObserver, type Fetch, observedFetch } from "../transport/metered-fetch.ts";
import { requestedModel } from "../wire/requested-model.ts";
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
    const observer = observerOf(metering, input, init, options?.labels && checked(options.labels));
    return observer ? observedFetch(fetch, input, init, observer) : fetch(input, init);
  };
}

function observerOf(
  { binding, requests }: Metering,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  labels: Labels | undefined,
): ExchangeObserver | undefined {
  try {
    const asked = input instanceof Request ? input : undefined;
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const found = binding.target((init?.method ?? asked?.method ?? "GET").toUpperCase(), url);
    if (!found || requests.closed) return undefined;
    const target = labels
      ? { ...found, origin: { ...found.origin, labels: { ...found.origin.labels, ...labels } } }
      : found;
    if (target.followedId !== undefined) return requests.followUp(target.followedId);
    const body = init?.body;
    const request = requests.begin({
      target,
      requestedModel: requestedModel(body),
      requestBytes: typeof body === "string" ? body.length : undefined,
      judge: neverRetries(init?.signal ?? asked?.signal),
    });
    request.attempt();
    return request;
  } catch (mistake) {
    requests.mistake(mistake);
    return undefined;
  }
}
