import type { Usage } from "../../model/usage.ts";
import { enterCall } from "../../requests/outgoing-call.ts";
import { retriesUntil } from "../../requests/retry-judge.ts";
import { countAt, statedUsage, without } from "../../wire/count.ts";
import { isObject, objectAt, stringAt, type JsonObject } from "../../wire/json.ts";
import type { Metering } from "../adapter.ts";
import { FrameworkCall, frameworkMetering, readingOf, type FrameworkOptions } from "./framework-metering.ts";

/** Runs whose end never came, such as streams that were left, are forgotten beyond so many. */
const MOST_RUNS = 10_000;

interface Run {
  readonly call: FrameworkCall;
  readonly signal: AbortSignal | undefined;
  readonly end: () => void;
}

/**
 * Meters the models of LangChain: `model.invoke(input, { callbacks: [new FootprintCallbackHandler(meter)] })`, or given
 * to a model, a chain or an agent. The retries that LangChain makes are attempts of one request. Where a metered client
 * or fetch lies below, that one counts, once. LangChain calls no handler for embeddings, nor when a stream is left.
 *
 * @example
 * ```ts
 * await model.invoke("Why is the sky blue?", { callbacks: [new FootprintCallbackHandler(meter)] });
 * ```
 */
export class FootprintCallbackHandler {
  /** As LangChain shows it. */
  readonly name = "llm-footprint";
  /** Budgets are asked, and may refuse, before a model is called. */
  readonly awaitHandlers = true;
  /** What it throws ends the run: the refusal of a budget, and nothing else. */
  readonly raiseError = true;
  /** LangChain calls it for models. */
  readonly ignoreLLM = false;
  /** LangChain does not call it for chains. */
  readonly ignoreChain = true;
  /** LangChain does not call it for agents. */
  readonly ignoreAgent = true;
  /** LangChain does not call it for retrievers. */
  readonly ignoreRetriever = true;
  /** LangChain does not call it for custom events. */
  readonly ignoreCustomEvent = true;
  readonly #metering: Metering;
  readonly #runs = new Map<string, Run>();

  /** @throws ConfigurationError for what is not a meter, or an option that cannot be */
  constructor(meter: object, options: FrameworkOptions = {}) {
    this.#metering = frameworkMetering("FootprintCallbackHandler", meter, options);
  }

  /** Called by LangChain when a chat model begins. */
  handleChatModelStart(
    llm: unknown,
    _messages: unknown,
    runId: string,
    _parentRunId?: string,
    extra?: unknown,
    _tags?: unknown,
    metadata?: unknown,
  ): Promise<void> | undefined {
    return this.#start(llm, runId, extra, metadata, "chat");
  }

  /** Called by LangChain when a completion model begins. */
  handleLLMStart(
    llm: unknown,
    _prompts: unknown,
    runId: string,
    _parentRunId?: string,
    extra?: unknown,
    _tags?: unknown,
    metadata?: unknown,
  ): Promise<void> | undefined {
    return this.#start(llm, runId, extra, metadata, "completions");
  }

  /** Called by LangChain when a model has answered. */
  handleLLMEnd(output: unknown, runId: string): void {
    const run = this.#take(runId);
    if (!run || run.call.wasSeenBelow) return;
    run.call.begin().settle("completed", undefined, readingOf(answerOf(output)));
  }

  /** Called by LangChain when a model has failed. */
  handleLLMError(error: unknown, runId: string): void {
    const run = this.#take(runId);
    if (run && !run.call.wasSeenBelow) run.call.failed(error, run.signal);
  }

  #start(llm: unknown, runId: string, extra: unknown, metadata: unknown, operation: string): Promise<void> | undefined {
    if (this.#metering.requests.closed) return undefined;
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const parameters = objectAt(extra, "invocation_params");
    const maximum = ["max_tokens", "max_output_tokens", "maxOutputTokens"].map((name) => countAt(parameters, name));
    const call = new FrameworkCall(
      this.#metering,
      {
        provider: stringAt(metadata, "ls_provider") ?? lastOf(llm),
        model: stringAt(metadata, "ls_model_name") ?? stringAt(parameters, "model"),
        operation,
        maximumOutputTokens: maximum.find((limit) => limit !== undefined),
      },
      retriesUntil(ended),
    );
    if (this.#runs.size >= MOST_RUNS) this.#forgetOldest();
    const { signal } = (objectAt(extra, "options") ?? {}) as { readonly signal?: AbortSignal };
    this.#runs.set(runId, { call, signal, end });
    // LangChain goes on in this flow of execution to the exchanges of the run.
    enterCall(call.call);
    try {
      return call.admit();
    } catch (error) {
      this.#runs.delete(runId);
      throw error;
    }
  }

  #take(runId: string): Run | undefined {
    const run = this.#runs.get(runId);
    this.#runs.delete(runId);
    run?.end();
    return run;
  }

  #forgetOldest(): void {
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined) this.#take(oldest)?.call.call.withdraw();
  }
}

/** The class of a model, as LangChain serialises it: `["langchain", "chat_models", "openai", "ChatOpenAI"]`. */
function lastOf(llm: unknown): string | undefined {
  const id = isObject(llm) ? llm["id"] : undefined;
  const provider: unknown = Array.isArray(id) ? id.at(-2) : undefined;
  return typeof provider === "string" ? provider : undefined;
}

function answerOf(output: unknown) {
  const generations = isObject(output) ? output["generations"] : undefined;
  const answers: readonly unknown[] = (Array.isArray(generations) ? generations : []).flat();
  const messages = answers.flatMap((generation) => objectAt(generation, "message") ?? []);
  const raw = messages.map((message) => objectAt(message, "usage_metadata")).find(Boolean);
  const ofModel = objectAt(objectAt(output, "llmOutput"), "tokenUsage");
  const metadata = messages.map((message) => objectAt(message, "response_metadata")).find(Boolean);
  // A model that streams because its caller listens, as in LangGraph, names itself there alone.
  const information = answers.map((generation) => objectAt(generation, "generationInfo")).find(Boolean);
  return {
    model: stringAt(metadata, "model_name") ?? stringAt(metadata, "model") ?? stringAt(information, "model_name"),
    usage: raw ? messageUsage(raw) : ofModel && tokenUsage(ofModel),
    rawUsage: raw ?? ofModel,
  };
}

/** In `usage_metadata` the cache is inside the input, and reasoning inside the output. */
function messageUsage(raw: JsonObject): Usage | undefined {
  const input = objectAt(raw, "input_token_details");
  const cacheReadTokens = countAt(input, "cache_read");
  const cacheWriteTokens = countAt(input, "cache_creation");
  const reasoningTokens = countAt(objectAt(raw, "output_token_details"), "reasoning");
  return known({
    inputTokens: without(countAt(raw, "input_tokens"), cacheReadTokens, cacheWriteTokens),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: without(countAt(raw, "output_tokens"), reasoningTokens),
    reasoningTokens,
  });
}

const tokenUsage = (raw: JsonObject): Usage | undefined =>
  known({ inputTokens: countAt(raw, "promptTokens"), outputTokens: countAt(raw, "completionTokens") });

function known(parts: Parameters<typeof statedUsage>[0]): Usage | undefined {
  const usage = statedUsage(parts);
  return Object.keys(usage).length > 0 ? usage : undefined;
}
