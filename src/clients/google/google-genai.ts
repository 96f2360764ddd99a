import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { isAbandoned, isTimedOut, type RetryJudge } from "../../requests/retry-judge.ts";
import type { Fetch } from "../../transport/observed-fetch.ts";
import { stampOf } from "../../transport/stamp.ts";
import { gemini as family } from "../../wire/gemini/gemini.ts";
import { objectAt } from "../../wire/json.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { joiningAttempts } from "../call-method.ts";
import { observingFetch, type Caller } from "../fetch/metered-fetch.ts";
import { override } from "../own-property.ts";
import { attachSpeakeasy } from "../speakeasy/speakeasy-client.ts";
import type { SpeakeasyClient } from "../speakeasy/speakeasy-sdk.ts";

/** What is relied on of `@google/genai` 1 to 3. */
interface GoogleClient {
  readonly apiClient: ApiClient;
  readonly models: object;
  /** Made when first asked for, with a client of its own. */
  readonly interactions?: Interactions;
}

interface ApiClient {
  /** Makes all attempts of a call; version 1 makes one and takes two parameters. */
  apiCall(...parameters: ApiCall): Promise<Response>;
  /** Makes the signal of a call, in version 1. */
  includeExtraHttpOptionsToRequestInit?(...parameters: InitParameters): Promise<RequestInit>;
}

type InitParameters = [init: RequestInit, httpOptions: unknown, url: string, signal?: AbortSignal];

type ApiCall = [
  url: string,
  init: RequestInit,
  retryOptions?: unknown,
  timeout?: unknown,
  signal?: AbortSignal,
  fetch?: Fetch,
];

interface Interactions {
  getClient(...parameters: unknown[]): SpeakeasyClient;
}

/** The inner methods of `models` that make the answer anew which the application gets. */
const ANSWERING = ["generateContentInternal", "embedContentInternal"];

/** `@google/genai` 1 to 3: Gemini, Imagen and the embeddings of Google AI and of Vertex AI; interactions. */
export const googleGenAi: ClientAdapter = {
  sdk: "@google/genai",
  family,
  recognises: (client) =>
    typeof objectAt(client, "apiClient")?.["apiCall"] === "function" &&
    ["models", "chats", "caches"].every((part) => part in client),
  providerOf: () => undefined,
  attach(client, metering) {
    const { apiClient, models } = client as GoogleClient;
    // Version 1 takes no fetch.
    const takesFetch = apiClient.apiCall.length > 2;
    const undo = [
      takesFetch
        ? fetchingBy(apiClient, metering)
        : override(apiClient, "apiCall", passing(metering, bareCall(apiClient))),
      ...(takesFetch ? [joiningAttempts(apiClient, "apiCall", metering)] : [notingSignals(apiClient)]),
      ...ANSWERING.filter((name) => name in models).map((name) =>
        joiningAttempts(models, name, metering, (answer) => answer),
      ),
      ...("interactions" in client ? [observingInteractions(client, metering)] : []),
    ];
    return () => undo.reverse().forEach((restore) => restore());
  },
};

/** The application's signal, by that which the SDK has made of it and of its own time limit. */
const signalOfCaller = stampOf<AbortSignal | undefined>();

const callerOf = (metering: ClientMetering, given?: AbortSignal): Caller => ({
  callOf: () => OutgoingCall.within(metering),
  judge: (_call, { signal }) => judgeOf(signal, given ?? (signal && signalOfCaller.read(signal))),
});

/** The SDK aborts with the same words whoever has ended a call: what the application has not is its time limit. */
const judgeOf = (made: AbortSignal | undefined, given: AbortSignal | undefined): RetryJudge => ({
  afterAnswer: () => false,
  afterError: () => false,
  afterBrokenBody: () => false,
  abandoned: () => isAbandoned(given),
  timedOut: () => isTimedOut(given) || (made?.aborted === true && given?.aborted !== true),
});

function notingSignals(apiClient: ApiClient): () => void {
  const { includeExtraHttpOptionsToRequestInit: making } = apiClient;
  if (!making) return () => undefined;
  return override(
    apiClient,
    "includeExtraHttpOptionsToRequestInit",
    async function (this: ApiClient, ...parameters: InitParameters) {
      const init = await making.apply(this, parameters);
      if (init.signal) signalOfCaller.stamp(init.signal, parameters[3]);
      return init;
    },
  );
}

const passing = (metering: ClientMetering, bare: Fetch): Fetch => {
  const observing = observingFetch(bare, metering, callerOf(metering));
  return (...parameters) => (metering.active ? observing : bare)(...parameters);
};

const bareCall = (apiClient: ApiClient): Fetch => {
  const { apiCall } = apiClient;
  return ((url: string, init: RequestInit) => apiCall.call(apiClient, url, init)) as Fetch;
};

/** The SDK's own way of being given another fetch turns off its time limits; what it fetches with is a parameter here. */
function fetchingBy(apiClient: ApiClient, metering: ClientMetering): () => void {
  const { apiCall } = apiClient;
  return override(apiClient, "apiCall", function (this: ApiClient, ...parameters: ApiCall) {
    if (!metering.active) return apiCall.apply(this, parameters);
    const [url, init, retryOptions, timeout, signal, fetch = globalThis.fetch] = parameters;
    const observing = observingFetch(fetch, metering, callerOf(metering, signal));
    return apiCall.call(this, url, init, retryOptions, timeout, signal, observing);
  });
}

const isObserved = stampOf<object>();

function observingInteractions(client: object, metering: ClientMetering): () => void {
  const getter = getterOf(client, "interactions");
  if (!getter) return () => undefined;
  const undo: (() => void)[] = [];
  const observe = (inner: SpeakeasyClient): SpeakeasyClient => {
    if (metering.active && isObserved.read(inner) !== metering) {
      isObserved.stamp(inner, metering);
      undo.push(attachSpeakeasy(inner, family, metering));
    }
    return inner;
  };
  Object.defineProperty(client, "interactions", {
    get(this: object) {
      const interactions = getter.call(this) as Interactions;
      if (metering.active && isObserved.read(interactions) !== metering) {
        isObserved.stamp(interactions, metering);
        const { getClient } = interactions;
        undo.push(
          override(interactions, "getClient", function (this: Interactions, ...parameters: unknown[]) {
            return observe(getClient.apply(this, parameters));
          }),
        );
      }
      return interactions;
    },
    configurable: true,
    enumerable: false,
  });
  return () => {
    Reflect.deleteProperty(client, "interactions");
    undo.forEach((restore) => restore());
  };
}

function getterOf(object: object, name: string): ((this: object) => unknown) | undefined {
  for (let holder: object | null = object; holder; holder = Object.getPrototypeOf(holder) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor) return descriptor.get;
  }
  return undefined;
}
