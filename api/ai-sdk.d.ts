import { FrameworkOptions } from "./shared-framework-metering.js";

// dist/clients/frameworks/ai-sdk-calls.d.ts
/** What is read of a model of the AI SDK. */
interface Model {
  readonly provider: string;
  readonly modelId: string;
}
/** What is said of the model that the middleware wraps. */
interface FootprintMiddlewareOptions extends FrameworkOptions {
  /** As given to `generateText` and its siblings: after so many retries a failed call is over. @default 2, as theirs */
  readonly maxRetries?: number;
}
/** A middleware of the AI SDK's language, embedding and image models. */
interface FootprintMiddleware {
  /** Of the AI SDK's middleware. */
  readonly specificationVersion: "v4";
  /** Called by the AI SDK around an answer that comes whole. */
  wrapGenerate<Result>(call: {
    doGenerate(): PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
  /** Called by the AI SDK around an answer that is streamed. */
  wrapStream<Result extends {
    stream: ReadableStream;
  }>(call: {
    doStream(): PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
  /** Called by the AI SDK around embeddings. */
  wrapEmbed<Result>(call: {
    doEmbed(): PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
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
declare function footprintMiddleware(meter: object, options?: FootprintMiddlewareOptions): FootprintMiddleware;
export { type FootprintMiddleware, type FootprintMiddlewareOptions, footprintMiddleware };