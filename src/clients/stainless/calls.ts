import { isAbort } from "../../requests/pending-request.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import type { RetryJudge } from "../../requests/retry-judge.ts";
import type { Fetch } from "../../transport/observed-fetch.ts";
import { stampOf } from "../../transport/stamp.ts";
import { isObject } from "../../wire/json.ts";

/** What is relied on of a client that Stainless has generated: of `openai` 4 to 7 and its likes. */
export interface StainlessClient {
  fetch: Fetch;
  readonly maxRetries: number;
  readonly _options?: { readonly workloadIdentity?: { readonly type?: unknown } };
  readonly _workloadIdentityAuth?: unknown;
  /** What signs the requests to another cloud, in openai 6 and 7. */
  readonly _provider?: unknown;
  prepareRequest(init: RequestInit, context: { readonly url: string; readonly options: CallOptions }): Promise<void>;
  shouldRetry(response: Response): boolean | Promise<boolean>;
  withOptions?(options: object): StainlessClient;
}

/** The SDK's options of one call: the same object for every attempt. */
export interface CallOptions {
  readonly body?: unknown;
  readonly maxRetries?: number;
  readonly signal?: AbortSignal | null;
  readonly __metadata?: Readonly<Record<string, unknown>>;
}

const requestOfOptions = stampOf<PendingRequest>();
/** A call that is sent again with a fresh token has new options, but the same body. */
const requestOfBody = stampOf<PendingRequest>();

/** The request that earlier attempts of this call belong to. */
export function requestOfCall(options: CallOptions): PendingRequest | undefined {
  const known = requestOfOptions.read(options);
  if (known ?? !tokenWasRefreshed(options)) return known;
  return isObject(options.body) ? requestOfBody.read(options.body) : undefined;
}

export const rememberRequest = (options: CallOptions, request: PendingRequest): void =>
  requestOfOptions.stamp(options, request);

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
    return this.#refreshesToken(response) || this.#client.shouldRetry(response);
  }

  afterError(attempts: number): boolean {
    const { maxRetries = this.#client.maxRetries, __metadata: metadata } = this.#options;
    return attempts <= maxRetries && metadata?.["hasStreamingBody"] !== true;
  }

  /** openai 7 bounds the reading of a body by its time-out and then tries again. */
  afterBrokenBody(error: unknown, attempts: number): boolean {
    return isAbort(error) && "parseResponseWithTimeout" in this.#client && this.afterError(attempts);
  }

  abandoned(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #refreshesToken({ status }: Response): boolean {
    const options = this.#options;
    if (status !== 401 || !this.#client._workloadIdentityAuth || tokenWasRefreshed(options)) return false;
    const request = requestOfOptions.read(options);
    if (request && isObject(options.body)) requestOfBody.stamp(options.body, request);
    return true;
  }
}

const tokenWasRefreshed = ({ __metadata: metadata }: CallOptions): boolean =>
  metadata?.["workloadIdentityTokenRefreshed"] === true;
