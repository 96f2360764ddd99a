import { createHash } from "node:crypto";

import type { Usage } from "../../model/usage.ts";
import { insideCall } from "../../requests/outgoing-call.ts";
import type { RetryJudge } from "../../requests/retry-judge.ts";
import { stampOf } from "../../transport/stamp.ts";
import { countAt, statedUsage } from "../../wire/count.ts";
import { isObject, objectAt, stringAt } from "../../wire/json.ts";
import type { Metering } from "../adapter.ts";
import { FrameworkCall, frameworkMetering, readingOf, type FrameworkOptions } from "./framework-metering.ts";

export interface FootprintMiddlewareOptions extends FrameworkOptions {
  /** As given to `generateText` and its siblings: after so many retries a failed call is over. @default 2, as theirs */
  readonly maxRetries?: number;
}

interface Model {
  readonly provider: string;
  readonly modelId: string;
}

/** What is read of the parameters of a call. */
interface CallParameters {
  readonly prompt?: unknown;
  readonly values?: unknown;
  readonly maxOutputTokens?: number | undefined;
}

interface Generated {
  readonly stream: ReadableStream<unknown>;
}

/** A middleware of the AI SDK's language, embedding and image models. */
export interface FootprintMiddleware {
  readonly specificationVersion: "v4";
  wrapGenerate<Result>(call: { doGenerate(): PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
  wrapStream<Result extends { stream: ReadableStream }>(call: {
    doStream(): PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
  wrapEmbed<Result>(call: { doEmbed(): PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
}

/**
 * Meters models of the AI SDK: `wrapLanguageModel({ model, middleware: footprintMiddleware(meter) })`, and so for
 * embedding and image models. The retries of `generateText` and its siblings are attempts of one request. Where the
 * provider was given `meter.fetch()` besides, that one counts, once.
 *
 * @throws ConfigurationError for what is not a meter, or an option that cannot be
 */
export function footprintMiddleware(meter: object, options: FootprintMiddlewareOptions = {}): FootprintMiddleware {
  const { maxRetries = 2, ...rest } = options;
  const metering = frameworkMetering("footprintMiddleware", meter, rest);
  const calls = new JoinedCalls(metering, maxRetries);
  return {
    specificationVersion: "v4",
    async wrapGenerate({ doGenerate, params, model }) {
      const isImage = "n" in params && "aspectRatio" in params;
      return calls.make(model, params, isImage ? "images" : "chat", doGenerate, (call, result) => {
        call.begin().settle("completed", undefined, readingOf(answerOf(result, isImage)));
        return result;
      });
    },
    wrapStream: ({ doStream, params, model }) =>
      calls.make(model, params, "chat", doStream, (call, result) => {
        const request = call.begin();
        let respondedModel: string | undefined;
        const stream = observedParts(result.stream, {
          content: () => request.contentSeen(),
          model: (name) => (respondedModel = name),
          finish: (part) =>
            request.settle("completed", undefined, readingOf({ ...answerOf(part, false), model: respondedModel })),
          fail: () => request.settle("failed", "stream_error", undefined),
          leave: () => request.settle("abandoned", "cancelled", undefined),
          end: () => request.settle("completed", undefined, undefined),
        });
        return { ...result, stream };
      }),
    wrapEmbed: ({ doEmbed, params, model }) =>
      calls.make(model, params, "embeddings", doEmbed, (call, result) => {
        const inputTokens = countAt(objectAt(result, "usage"), "tokens");
        const usage = inputTokens === undefined ? undefined : { inputTokens };
        call.begin().settle("completed", undefined, readingOf({ model: undefined, usage, rawUsage: undefined }));
        return result;
      }),
  };
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
class JoinedCalls {
  readonly #metering: Metering;
  readonly #judge: RetryJudge;
  #waiting: Waiting[] = [];

  constructor(metering: Metering, maxRetries: number) {
    this.#metering = metering;
    const retries = (attempts: number): boolean => attempts <= maxRetries;
    this.#judge = {
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
    const { prompt, values, maxOutputTokens } = params;
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
      this.#judge,
    );
    if (isObject(subject)) callOfSubject.stamp(subject, call);
    return call;
  }

  #failed(call: FrameworkCall, error: unknown, model: Model, { prompt, values }: CallParameters): void {
    if (UNSENT.test((error as Error | null)?.name ?? "")) return call.call.withdraw();
    if (!call.wasSeenBelow) call.failed(error);
    if (call.call.request?.awaitsRetry !== true) return;
    this.#waiting.push({ call, digest: digestOf(model, values ?? prompt) });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }
}

const isRetried = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500;

function answerOf(result: unknown, isImage: boolean) {
  const raw = objectAt(result, "usage");
  const model = stringAt(objectAt(result, "response"), "modelId");
  return { model, usage: isImage ? imageUsage(result) : raw && tokenUsage(raw), rawUsage: objectAt(raw, "raw") };
}

/** Inputs and outputs as the AI SDK divides them. */
function tokenUsage(raw: object): Usage | undefined {
  const input = objectAt(raw, "inputTokens");
  const output = objectAt(raw, "outputTokens");
  const total = countAt(input, "total");
  const cacheReadTokens = countAt(input, "cacheRead");
  const cacheWriteTokens = countAt(input, "cacheWrite");
  const reasoningTokens = countAt(output, "reasoning");
  const outputTotal = countAt(output, "total");
  const usage = statedUsage({
    inputTokens:
      countAt(input, "noCache") ??
      (total === undefined ? undefined : Math.max(0, total - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0))),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens:
      outputTotal === undefined ? countAt(output, "text") : Math.max(0, outputTotal - (reasoningTokens ?? 0)),
    reasoningTokens,
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}

function imageUsage(result: unknown): Usage | undefined {
  const usage = objectAt(result, "usage");
  const inputTokens = countAt(usage, "inputTokens");
  const outputTokens = countAt(usage, "outputTokens");
  if (inputTokens !== undefined || outputTokens !== undefined) return statedUsage({ inputTokens, outputTokens });
  const images = isObject(result) ? result["images"] : undefined;
  return Array.isArray(images) ? { images: images.length } : undefined;
}

interface PartObserver {
  content(): void;
  model(name: string | undefined): void;
  finish(part: object): void;
  fail(): void;
  leave(): void;
  end(): void;
}

/** The same parts in a stream of ours that reads only when it is read, and cancels when it is cancelled. */
function observedParts(parts: Generated["stream"], observer: PartObserver): Generated["stream"] {
  const reader = parts.getReader();
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        let result: Awaited<ReturnType<typeof reader.read>>;
        try {
          result = await reader.read();
        } catch (error) {
          observer.fail();
          throw error;
        }
        if (result.done) {
          observer.end();
          controller.close();
          return;
        }
        see(result.value, observer);
        controller.enqueue(result.value);
      },
      cancel(reason) {
        observer.leave();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function see(part: unknown, observer: PartObserver): void {
  if (!isObject(part)) return;
  const type = stringAt(part, "type");
  if (type === "finish") observer.finish(part);
  else if (type === "response-metadata") observer.model(stringAt(part, "modelId"));
  else if (type === "error") observer.fail();
  else if (type?.endsWith("-delta") === true) observer.content();
}
