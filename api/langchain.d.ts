import { FrameworkOptions } from "./shared-framework-metering.js";

// dist/clients/frameworks/langchain.d.ts
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
declare class FootprintCallbackHandler {
  #private;
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
  /** @throws ConfigurationError for what is not a meter, or an option that cannot be */
  constructor(meter: object, options?: FrameworkOptions);
  /** Called by LangChain when a chat model begins. */
  handleChatModelStart(llm: unknown, _messages: unknown, runId: string, _parentRunId?: string, extra?: unknown, _tags?: unknown, metadata?: unknown): Promise<void> | undefined;
  /** Called by LangChain when a completion model begins. */
  handleLLMStart(llm: unknown, _prompts: unknown, runId: string, _parentRunId?: string, extra?: unknown, _tags?: unknown, metadata?: unknown): Promise<void> | undefined;
  /** Called by LangChain when a model has answered. */
  handleLLMEnd(output: unknown, runId: string): void;
  /** Called by LangChain when a model has failed. */
  handleLLMError(error: unknown, runId: string): void;
}
export { FootprintCallbackHandler, type FrameworkOptions };