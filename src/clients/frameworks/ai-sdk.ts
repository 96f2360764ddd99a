import { isTimedOut } from "../../requests/retry-judge.ts";
import { countAt } from "../../wire/count.ts";
import { objectAt } from "../../wire/json.ts";
import { answerOf } from "./ai-sdk-answer.ts";
import { JoinedCalls, type Model } from "./ai-sdk-calls.ts";
import { frameworkMetering, readingOf, type FrameworkOptions } from "./framework-metering.ts";
import { observedParts } from "./observed-parts.ts";
import { SeenDeltas } from "./seen-deltas.ts";

/** What is said of the model that the middleware wraps. */
export interface FootprintMiddlewareOptions extends FrameworkOptions {
  /** As given to `generateText` and its siblings: after so many retries a failed call is over. @default 2, as theirs */
  readonly maxRetries?: number;
}

/** A middleware of the AI SDK's language, embedding and image models. */
export interface FootprintMiddleware {
  /** Of the AI SDK's middleware. */
  readonly specificationVersion: "v4";
  /** Called by the AI SDK around an answer that comes whole. */
  wrapGenerate<Result>(call: { doGenerate(): PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
  /** Called by the AI SDK around an answer that is streamed. */
  wrapStream<Result extends { stream: ReadableStream }>(call: {
    doStream(): PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
  /** Called by the AI SDK around embeddings. */
  wrapEmbed<Result>(call: { doEmbed(): PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
}

/**
 * Meters models of the AI SDK: `wrapLanguageModel({ model, middleware: footprintMiddleware(meter) })`, and so for
 * embedding and image models. The retries of `generateText` and its siblings are attempts of one request. Where the
 * provider was given `meter.fetch()` besides, that one counts, once.
 *
 * @example
 * ```ts
 * const metered = wrapLanguageModel({ model, middleware: footprintMiddleware(meter, { labels: { team: "search" } }) });
 * ```
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
        call.begin(headersOf(result)).settle("completed", undefined, readingOf(answerOf(result, isImage)));
        return result;
      });
    },
    wrapStream: ({ doStream, params, model }) =>
      calls.make(model, params, "chat", doStream, (call, result) => {
        const request = call.begin(headersOf(result));
        const { abortSignal, prompt } = params as { readonly abortSignal?: AbortSignal; readonly prompt?: unknown };
        const seen = new SeenDeltas();
        let respondedModel: string | undefined;
        const cut = (outcome: "failed" | "abandoned", errorType: string): void => {
          const reading = seen.reading(prompt, respondedModel);
          if (isTimedOut(abortSignal)) request.settle("failed", "timeout", reading);
          else request.settle(outcome, errorType, reading);
        };
        const stream = observedParts(result.stream, {
          content: (characters) => {
            seen.add(characters);
            request.contentSeen();
          },
          model: (name) => (respondedModel = name),
          finish: (part) =>
            request.settle("completed", undefined, readingOf({ ...answerOf(part, false), model: respondedModel })),
          fail: () => cut("failed", "stream_error"),
          leave: () => cut("abandoned", "cancelled"),
          end: () => request.settle("completed", undefined, undefined),
        });
        return { ...result, stream };
      }),
    wrapEmbed: ({ doEmbed, params, model }) =>
      calls.make(model, params, "embeddings", doEmbed, (call, result) => {
        const inputTokens = countAt(objectAt(result, "usage"), "tokens");
        const usage = inputTokens === undefined ? undefined : { inputTokens };
        call
          .begin(headersOf(result))
          .settle("completed", undefined, readingOf({ model: undefined, usage, rawUsage: undefined }));
        return result;
      }),
  };
}

/** Of an answer, in lower case. */
const headersOf = (result: unknown) => objectAt(objectAt(result, "response"), "headers");
