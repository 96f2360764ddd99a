import type { RetryJudge } from "../../requests/retry-judge.ts";
import { isAbandoned, isTimedOut } from "../../requests/retry-judge.ts";

/** What is relied on of a client that Speakeasy has generated: of `@mistralai/mistralai` 1 and 2 and its likes. */
export interface SpeakeasyClient {
  readonly _options: SpeakeasyOptions;
  _createRequest(
    context: object,
    request: { readonly method: string; readonly path: string; readonly baseURL: string },
  ): { readonly ok: boolean; readonly value?: Request };
}

/** Shared by the client and all sub-clients that it makes when they are first asked for. */
export interface SpeakeasyOptions {
  readonly hooks: SpeakeasyHooks;
  httpClient?: HttpClient;
  /** The same, in Google's. */
  readonly http_client?: HttpClient;
}

export interface SpeakeasyHooks {
  beforeCreateRequestHooks: readonly unknown[];
  beforeCreateRequest(context: HookContext, created: CreatedRequest): CreatedRequest;
  beforeRequest(context: HookContext, request: Request): Promise<Request>;
  afterSuccess(context: HookContext, response: Response): Promise<Response>;
  afterError(context: HookContext, response: Response | null, error: unknown): Promise<unknown>;
}

export interface HttpClient {
  request(request: Request): Promise<Response>;
  addHook?(...hook: unknown[]): unknown;
  removeHook?(...hook: unknown[]): unknown;
}

/** The SDK's context of one call: the same object for every attempt. */
export interface HookContext {
  readonly retryConfig?: { readonly strategy?: string; readonly retryConnectionErrors?: boolean };
  readonly retryCodes?: readonly string[];
}

export interface CreatedRequest {
  readonly url: URL;
  readonly options: { readonly body?: unknown; readonly signal?: AbortSignal | null };
}

/**
 * The package that a client is of, as its requests say in their user agent: all SDKs that Speakeasy has generated are
 * built alike, and the names of their classes do not outlive a minifier.
 *
 * @returns undefined for an object that is not a client of this kind
 */
export function packageOf(client: object): string | undefined {
  const { _options: options, _createRequest: createRequest } = client as Partial<SpeakeasyClient>;
  const hooks = options?.hooks;
  if (typeof createRequest !== "function" || !Array.isArray(hooks?.beforeCreateRequestHooks)) return undefined;
  const { beforeCreateRequestHooks } = hooks;
  // The application's hooks need not know of a request that is never sent.
  hooks.beforeCreateRequestHooks = [];
  try {
    const created = createRequest.call(client, {}, { method: "GET", path: "/", baseURL: "http://localhost" });
    return created.value?.headers.get("user-agent")?.split(" ").at(-1);
  } catch {
    return undefined;
  } finally {
    hooks.beforeCreateRequestHooks = beforeCreateRequestHooks;
  }
}

/** Foresees, by the SDK's own rules, whether it sends a call again: for an hour at most, when it was told to retry at all. */
export function judgeOf({ retryConfig, retryCodes = [] }: HookContext, signal: AbortSignal): RetryJudge {
  const backsOff = retryConfig?.strategy === "backoff";
  return {
    afterAnswer: ({ status }) => backsOff && retryCodes.some((code) => matchesCode(code, status)),
    afterError: () => backsOff && retryConfig.retryConnectionErrors === true && !signal.aborted,
    afterBrokenBody: () => false,
    abandoned: () => isAbandoned(signal),
    timedOut: () => isTimedOut(signal),
  };
}

/** `429` or `5XX`, as the SDK writes them. */
const matchesCode = (code: string, status: number): boolean =>
  /^[0-9]xx$/i.test(code) ? code.startsWith(String(status)[0]!) : code === String(status);
