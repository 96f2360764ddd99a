import { createHash } from "node:crypto";

import { insideCall } from "../../requests/outgoing-call.ts";
import type { RetryJudge } from "../../requests/retry-judge.ts";
import { stampOf } from "../../transport/stamp.ts";
import { isObject } from "../../wire/json.ts";
import type { Metering } from "../adapter.ts";
import { FrameworkCall } from "./framework-metering.ts";

/** What is read of a model of the AI SDK. */
export interface Model {
  readonly provider: string;
  readonly modelId: string;
}

/** What is read of the parameters of a call. */
interface CallParameters {
  readonly prompt?: unknown;
  readonly values?: unknown;
  readonly maxOutputTokens?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A call that has failed and may be made again. */
interface Waiting {
  readonly call: FrameworkCall;
  readonly digest: string;
}

const MOST_WAITING = 100;

const callOfSubject = stampOf<FrameworkCall>();

/** What tells calls apart, without the prompt itself being kept. */
const digestOf = ({ provider, modelId }: Model, subject: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([provider, modelId, subject]))
    .digest("base64");

/** Errors of the AI SDK that come before anything is sent. */
const UNSENT =
  /^AI_(?:LoadAPIKey|LoadSetting|InvalidArgument|InvalidPrompt|UnsupportedFunctionality|NoSuchModel|TooManyEmbeddingValues)/;

/** The calls of one middleware, whose attempts come one by one and unannounced. */
export class JoinedCalls {
  readonly #metering: Metering;
  readonly #maxRetries: number;
  #waiting: Waiting[] = [];

  constructor(metering: Metering, maxRetries: number) {
    this.#metering = metering;
    this.#maxRetries = maxRetries;
  }

  /** What is aborted, by the application or its deadline, is not made again. */
  #judge(signal: AbortSignal | undefined): RetryJudge {
    const retries = (attempts: number): boolean => attempts <= this.#maxRetries && signal?.aborted !== true;
    return {
      afterAnswer: ({ status }, attempts) => retries(attempts) && isRetried(status),
      afterError: retries,
      afterBrokenBody: () => false,
      abandoned: () => false,
    };
  }

  async make<Result>(
    model: Model,
    params: CallParameters,
    operation: string,
    run: () => PromiseLike<Result>,
    answered: (call: FrameworkCall, result: Result) => Result,
  ): Promise<Result> {
    const { requests } = this.#metering;
    if (requests.closed) return run();
    const call = this.#callOf(model, params, operation);
    await call.admit();
    try {
      const result = await insideCall(call.call, run);
      return call.wasSeenBelow ? result : answered(call, result);
    } catch (error) {
      this.#failed(call, error, model, params);
      throw error;
    }
  }

  /** A call that is made again has the same prompt or values as before, or, where the AI SDK makes them anew, equal ones. */
  #callOf(model: Model, params: CallParameters, operation: string): FrameworkCall {
    const { prompt, values, maxOutputTokens, abortSignal } = params;
    const subject = values ?? prompt;
    const known = isObject(subject) ? callOfSubject.read(subject) : undefined;
    if (known?.call.takesAttempts) return known;
    this.#waiting = this.#waiting.filter(({ call }) => call.call.request?.awaitsRetry === true);
    const digest = this.#waiting.length > 0 ? digestOf(model, subject) : undefined;
    const again = this.#waiting.find((waiting) => waiting.digest === digest);
    if (again) return again.call;
    const call = new FrameworkCall(
      this.#metering,
      { provider: model.provider, model: model.modelId, operation, maximumOutputTokens: maxOutputTokens },
      this.#judge(abortSignal),
    );
    if (isObject(subject)) callOfSubject.stamp(subject, call);
    return call;
  }

  #failed(call: FrameworkCall, error: unknown, model: Model, { prompt, values, abortSignal }: CallParameters): void {
    if (UNSENT.test((error as Error | null)?.name ?? "")) return call.call.withdraw();
    if (!call.wasSeenBelow) call.failed(error, abortSignal);
    if (call.call.request?.awaitsRetry !== true) return;
    this.#waiting.push({ call, digest: digestOf(model, values ?? prompt) });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }
}

const isRetried = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500;
