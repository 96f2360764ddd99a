import { nested } from "../fields.ts";
import { inferenceOf } from "../kinds/litellm.ts";
import { firstAttribute } from "./attribute-values.ts";
import type { Span } from "./span.ts";

/** `gen_ai.operation.name` of one call of a model, and what it is called here. */
const CALLS: Readonly<Record<string, string>> = {
  chat: "chat",
  text_completion: "completions",
  generate_content: "chat",
  "chat.completions": "chat",
  "text.completions": "completions",
  embeddings: "embeddings",
  responses: "responses",
  completion: "chat",
  embedding: "embeddings",
  image: "images",
  image_generation: "images",
  speech: "speech",
  transcription: "transcriptions",
  rerank: "rerank",
};

/** What contains calls of models, and may repeat their sums. */
const CONTAINERS =
  /^(?:invoke_agent|create_agent|agent_step|execute_tool|execute_task|invoke_workflow|plan|retrieval|invoke_agent_internal)$/;
const CONTAINER_KINDS =
  /^(?:AGENT|CHAIN|TOOL|RETRIEVER|RERANKER|PARSER|MEMORY|GUARDRAIL|EVALUATOR|PROMPT|WORKFLOW|TASK|SPAN|EVENT)$/i;
/** OpenInference's, MLflow's and LangSmith's kinds of one call of a model. */
const CALL_KINDS: Readonly<Record<string, string>> = {
  llm: "chat",
  chat_model: "chat",
  embedding: "embeddings",
};

/**
 * What a span that is one call of a model does; `container` for one that may contain such calls and repeat their
 * tokens; undefined for any other.
 */
export function callOf(span: Span): { readonly operation: string } | "container" | undefined {
  const { attributes, name, scope } = span;
  const attribute = (...names: string[]): string | undefined => firstAttribute(attributes, names);
  const observation = attribute("langfuse.observation.type");
  if (observation === "generation" || observation === "embedding") {
    return { operation: observation === "embedding" ? "embeddings" : "chat" };
  }
  const kind = attribute("openinference.span.kind", "mlflow.spanType", "langsmith.span.kind");
  const called = CALL_KINDS[kind?.toLowerCase() ?? ""];
  if (called !== undefined && attribute("gen_ai.operation.name") === undefined) return { operation: called };
  if (CONTAINER_KINDS.test(kind ?? observation ?? attribute("traceloop.span.kind") ?? "")) return "container";
  const vercel = attribute("ai.operationId");
  if (vercel !== undefined) return vercelCall(vercel);
  if (name === "raw_gen_ai_request") return undefined;
  if (name === "claude_code.llm_request" || "gcp.vertex.agent.llm_request" in attributes) return { operation: "chat" };
  const operation = attribute("gen_ai.operation.name");
  if (operation !== undefined && CONTAINERS.test(operation)) return "container";
  const known = operation === undefined ? undefined : CALLS[operation];
  if (known !== undefined) return { operation: known };
  if (scope === "litellm" || name === "litellm_request") return litellmCall(operation);
  return namelessCall(span, operation);
}

function vercelCall(operation: string): ReturnType<typeof callOf> {
  if (/\.do(?:Generate|Stream)$/.test(operation)) return { operation: "chat" };
  if (/\.doEmbed$/.test(operation)) return { operation: "embeddings" };
  return "container";
}

const litellmCall = (operation: string | undefined): ReturnType<typeof callOf> => {
  const inference = operation === undefined ? undefined : inferenceOf(operation);
  return inference === undefined ? undefined : { operation: inference };
};

/** Older instrumentations name no operation: the request's type says it, or else a model together with tokens. */
function namelessCall({ attributes }: Span, operation: string | undefined): ReturnType<typeof callOf> {
  const type = firstAttribute(attributes, ["llm.request.type"]);
  const known = type === undefined ? undefined : CALLS[type];
  if (known !== undefined) return { operation: known };
  if (operation !== undefined || !statesTokens(attributes)) return undefined;
  const model = firstAttribute(attributes, [
    "gen_ai.request.model",
    "gen_ai.response.model",
    "llm.request.model",
    "llm.response.model",
    "llm.model_name",
  ]);
  return model === undefined ? undefined : { operation: "chat" };
}

/** Whether a span counts tokens, whatever it is. */
export const statesTokens = (attributes: Span["attributes"]): boolean =>
  Object.keys(attributes).some((name) =>
    /^(?:gen_ai\.(?:usage\.(?:input|output|prompt|completion)|response\.(?:prompt|completion))_tokens|llm\.(?:usage|token_count)\.(?:prompt|completion))/.test(
      name,
    ),
  );

/** Answered by LiteLLM's own cache: nothing was computed, so that nothing was paid, and the cache's key is there. */
export function isFromLitellmCache({ attributes, scope }: Span): boolean {
  if (scope !== "litellm" || Object.keys(attributes).some((name) => name.startsWith("gen_ai.cost."))) return false;
  return typeof nested(attributes, "hidden_params")["cache_key"] === "string";
}

/**
 * Logfire writes a stream down twice: a span for its beginning without tokens, and at its end an entry of no length,
 * which states them. A pending span says of any call that it has begun.
 */
export const isBeginningOfLogfire = ({ attributes, scope }: Span): boolean =>
  attributes["logfire.span_type"] === "pending_span" ||
  (scope.startsWith("logfire.") &&
    attributes["logfire.span_type"] !== "log" &&
    nested(attributes, "request_data")["stream"] === true &&
    !statesTokens(attributes));
