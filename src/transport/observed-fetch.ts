import { sharedStampOf } from "./process-wide.ts";
import { Given } from "./stamp.ts";

/** Observes one HTTP exchange. None of these may throw. */
export interface ExchangeObserver {
  answered(response: Response): void;
  unanswered(error: unknown): void;
}

/** Who observes an exchange already, on what is sent: a metered fetch below a metered client must not count it again. */
export const observedBy = sharedStampOf<object>("observed-by/1", () => ObserverOfSent);

/** On what is sent, who observes it. */
class ObserverOfSent extends Given {
  #observer!: object;

  static stamp(sent: object, observer: object): void {
    if (#observer in sent) sent.#observer = observer;
    else new ObserverOfSent(sent).#observer = observer;
  }

  static read(sent: object): object | undefined {
    return #observer in sent ? sent.#observer : undefined;
  }
}

export type Fetch = typeof globalThis.fetch;

/**
 * Makes an exchange that is observed. The caller gets the very promise that `fetch` returned; the observer
 * has registered first and so sees the response before the caller does.
 */
export function observedFetch(
  fetch: Fetch,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  observer: ExchangeObserver,
): Promise<Response> {
  let exchange: Promise<Response>;
  try {
    exchange = fetch(input, init);
  } catch (error) {
    observer.unanswered(error);
    throw error;
  }
  exchange.then(
    (response) => observer.answered(response),
    (error: unknown) => observer.unanswered(error),
  );
  return exchange;
}
