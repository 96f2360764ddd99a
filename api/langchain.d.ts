import { FrameworkOptions } from "./shared-framework-metering.js";

// dist/clients/frameworks/langchain.d.ts
/**
 * Meters the models of LangChain: `model.invoke(input, { callbacks: [new FootprintCallbackHandler(meter)] })`, or given
 * to a model, a chain or an agent. The retries that LangChain makes are attempts of one request. Where a metered client
 * or fetch lies below, that one counts, once. LangChain calls no handler for embeddings, nor when a stream is left.
 */
declare class FootprintCallbackHandler {
  #private;
  readonly name = "llm-footprint";
  /** Budgets are asked, and may refuse, before a model is called. */
  readonly awaitHandlers = true;
  readonly raiseError = true;
  readonly ignoreLLM = false;
  readonly ignoreChain = true;
  readonly ignoreAgent = true;
  readonly ignoreRetriever = true;
  readonly ignoreCustomEvent = true;
  /** @throws ConfigurationError for what is not a meter, or an option that cannot be */
  constructor(meter: object, options?: FrameworkOptions);
  handleChatModelStart(llm: unknown, _messages: unknown, runId: string, _parentRunId?: string, extra?: unknown, _tags?: unknown, metadata?: unknown): Promise<void> | undefined;
  handleLLMStart(llm: unknown, _prompts: unknown, runId: string, _parentRunId?: string, extra?: unknown, _tags?: unknown, metadata?: unknown): Promise<void> | undefined;
  handleLLMEnd(output: unknown, runId: string): void;
  handleLLMError(error: unknown, runId: string): void;
}
export { FootprintCallbackHandler, type FrameworkOptions };