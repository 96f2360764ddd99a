import type { CallMetering } from "../../requests/outgoing-call.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { isAbort } from "../../requests/error-type.ts";
import { isAbandoned, isTimedOut, type RetryJudge } from "../../requests/retry-judge.ts";
import type { Fetch } from "../../transport/observed-fetch.ts";
import { Given, stampOf } from "../../transport/stamp.ts";
import { isObject } from "../../wire/json.ts";

/** What is relied on of a client that Stainless has generated: of `openai` 4 to 7 and its likes. */
export interface StainlessClient {
  fetch: Fetch;
  readonly maxRetries: number;
  readonly _options?: { readonly workloadIdentity?: { readonly type?: unknown } };
  readonly _workloadIdentityAuth?: unknown;
  /** In Anthropic's SDK: holds a cache when it uses tokens that it can refresh. */
  readonly _authState?: { readonly tokenCache?: unknown };
  /** What signs the requests to another cloud, in openai 6 and 7. */
  readonly _provider?: unknown;
  prepareOptions(options: CallOptions): Promise<void>;
  prepareRequest(init: RequestInit, context: { readonly url: string; readonly options: CallOptions }): Promise<void>;
  /** Makes one attempt of a call, and the further ones after a failure. */
  makeRequest(options: CallOptions | Promise<CallOptions>, ...rest: readonly unknown[]): Promise<unknown>;
  shouldRetry(response: Response, options: object): boolean | Promise<boolean>;
  buildURL(path: string, query: unknown, defaultBaseURL?: string): string;
  withOptions?(options: object): StainlessClient;
  /** Makes the promise of a parsed answer, in openai 7. */
  responsePromise?(...parameters: readonly unknown[]): unknown;
  /** Parses an answer, in openai 7. */
  parseResponseWithTimeout?(client: unknown, answer: { readonly options: CallOptions }): Promise<unknown>;
}

/** The SDK's options of one call: the same object for every attempt. */
export interface CallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly query?: unknown;
  readonly defaultBaseURL?: string;
  readonly body?: unknown;
  readonly maxRetries?: number;
  readonly stream?: boolean;
  /** Whether the answer is handed out as it is. */
  readonly __binaryResponse?: boolean;
  readonly signal?: AbortSignal | null;
  readonly __metadata?: Readonly<Record<string, unknown>>;
}

/** The call that an object of options is of. */
class CallOfOptions extends Given {
  #call!: OutgoingCall;

  static stamp(options: object, call: OutgoingCall): void {
    if (#call in options) options.#call = call;
    else new CallOfOptions(options).#call = call;
  }

  static read(options: object): OutgoingCall | undefined {
    return #call in options ? options.#call : undefined;
  }
}

/** A call that is sent again with a fresh token has new options, but the same body. */
const callOfBody = stampOf<OutgoingCall>();

/** The call that these options are of, where it has begun. */
export function callOf(options: CallOptions): OutgoingCall | undefined {
  const known = CallOfOptions.read(options);
  if (known ?? !tokenWasRefreshed(options)) return known;
  return isObject(options.body) ? callOfBody.read(options.body) : undefined;
}

/** The call that these options are of: one that goes on, or a new one. */
export function callFor(options: CallOptions, metering: CallMetering): OutgoingCall {
  const known = callOf(options);
  if (known?.request) metering.requests.settlePending();
  // Options that the application uses again are those of another call.
  if (known && known.request?.settled !== true) return known;
  const call = OutgoingCall.within(metering);
  CallOfOptions.stamp(options, call);
  return call;
}

/** Foresees, by the SDK's own rules, whether it sends a call again. */
export class CallJudge implements RetryJudge {
  readonly #client: StainlessClient;
  readonly #options: CallOptions;

  constructor(client: StainlessClient, options: CallOptions) {
    this.#client = client;
    this.#options = options;
  }

  afterAnswer(response: Response, attempts: number): boolean | Promise<boolean> {
    if (!this.afterError(attempts)) return false;
    if (this.#refreshesToken(response, attempts)) return true;
    // Anthropic's SDK notes on the call's options that it has been asked, which it must be by itself.
    return this.#client.shouldRetry(response, {});
  }

  afterError(attempts: number): boolean {
    const { maxRetries = this.#client.maxRetries, __metadata: metadata, signal } = this.#options;
    return signal?.aborted !== true && attempts <= maxRetries && metadata?.["hasStreamingBody"] !== true;
  }

  /** openai 7 bounds the reading of a body by its time-out and then tries again. */
  afterBrokenBody(error: unknown, attempts: number): boolean {
    return isAbort(error) && "parseResponseWithTimeout" in this.#client && this.afterError(attempts);
  }

  abandoned(): boolean {
    return isAbandoned(this.#options.signal);
  }

  timedOut(): boolean {
    return isTimedOut(this.#options.signal);
  }

  #refreshesToken({ status }: Response, attempts: number): boolean {
    const options = this.#options;
    if (status === 401 && this.#client._authState?.tokenCache && attempts === 1) return true;
    if (status !== 401 || !this.#client._workloadIdentityAuth || tokenWasRefreshed(options)) return false;
    const call = CallOfOptions.read(options);
    if (call && isObject(options.body)) callOfBody.stamp(options.body, call);
    return true;
  }
}

const tokenWasRefreshed = ({ __metadata: metadata }: CallOptions): boolean =>
  metadata?.["workloadIdentityTokenRefreshed"] === true;
