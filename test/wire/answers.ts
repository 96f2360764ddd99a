import type { Usage } from "../../src/model/usage.ts";
import { chat, firstVersion, metaUsage } from "../../src/wire/cohere/chat.ts";
import type { Dialect } from "../../src/wire/dialect.ts";
import { embedContent } from "../../src/wire/gemini/embed-content.ts";
import { generateContent } from "../../src/wire/gemini/generate-content.ts";
import { interactions } from "../../src/wire/gemini/interactions.ts";
import { predict } from "../../src/wire/gemini/predict.ts";
import { textGeneration } from "../../src/wire/hugging-face/text-generation.ts";
import { nativeCompletion } from "../../src/wire/llama-cpp/native-completion.ts";
import { answers, embeddings } from "../../src/wire/ollama/answers.ts";
import { conversations } from "../../src/wire/mistral/conversations.ts";
import { ocr } from "../../src/wire/mistral/ocr.ts";
import { audio } from "../../src/wire/openai/audio.ts";
import { chatCompletions } from "../../src/wire/openai/chat-completions.ts";
import { embeddings as openaiEmbeddings } from "../../src/wire/openai/embeddings.ts";
import { responses } from "../../src/wire/openai/responses.ts";
import { predictions } from "../../src/wire/replicate/predictions.ts";
import { fixture, type Fixture } from "./fixtures.ts";

/** An answer of a family, and what it says of its request. */
export interface KnownAnswer {
  readonly title: string;
  readonly dialect: Dialect;
  readonly body: Fixture;
  readonly usage: Usage | undefined;
  readonly model?: string;
  /** Whether the request asks for a stream, where the content type does not say that it is one. */
  readonly streamed?: boolean;
}

const of =
  (family: string) =>
  (name: string, dialect: Dialect, usage: Usage | undefined, more: Partial<KnownAnswer> = {}): KnownAnswer => ({
    title: `${family}/${name}`,
    dialect,
    body: fixture(family, name),
    usage,
    ...more,
  });

const openai = of("openai");
const mistral = of("mistral");
const gemini = of("gemini");
const cohere = of("cohere");
const ollama = of("ollama");
const replicate = of("replicate");
const huggingFace = of("hugging-face");
const llamaCpp = of("llama-cpp");

/** 2006 of the prompt, 1920 of which were cached; 300 of the completion, 192 of which were reasoning. */
const GPT = { inputTokens: 2006 - 1920, cacheReadTokens: 1920, outputTokens: 300 - 192, reasoningTokens: 192 };
/** 120 of input, 100 of which were cached; 90 of output, 64 of which were reasoning. */
const RESPONSE = {
  inputTokens: 120 - 100,
  cacheReadTokens: 100,
  cacheWriteTokens: 0,
  outputTokens: 90 - 64,
  reasoningTokens: 64,
};
const AIMOCK = { inputTokens: 25, outputTokens: 15 };
/** 1000 of the prompt, 600 of which were cached, and 120 that tools gave back: with 300 and 405, a total of 1825. */
const GEMINI = { inputTokens: 1000 - 600 + 120, cacheReadTokens: 600, outputTokens: 300, reasoningTokens: 405 };
const GEMINI_STREAM = { inputTokens: 10, outputTokens: 9, reasoningTokens: 40 };
/** 7 of input, 2 of which were cached, and 3 that tools gave back: with 20 and 22, a total of 52. */
const INTERACTION = { inputTokens: 7 - 2 + 3, cacheReadTokens: 2, outputTokens: 20, reasoningTokens: 22 };
const COHERE = { inputTokens: 71 - 16, cacheReadTokens: 16, outputTokens: 12 };
const OLLAMA = { inputTokens: 26, outputTokens: 290 };
const LLAMA = { inputTokens: 36, cacheReadTokens: 64, outputTokens: 12 };

/** Answered at once. */
export const WHOLE: readonly KnownAnswer[] = [
  openai("chat.json", chatCompletions, GPT, { model: "gpt-5.4" }),
  openai("aimock-chat.json", chatCompletions, AIMOCK, { model: "gpt-4o" }),
  // The reasoning stands beside the completion, and what was cited is input.
  openai(
    "perplexity.json",
    chatCompletions,
    { inputTokens: 108 + 7299, outputTokens: 3256, reasoningTokens: 73_248 },
    { model: "sonar-deep-research" },
  ),
  openai(
    "deepseek.json",
    chatCompletions,
    { inputTokens: 36, cacheReadTokens: 64, outputTokens: 20 },
    { model: "deepseek-chat" },
  ),
  openai("mlx-vlm.json", chatCompletions, { inputTokens: 11, outputTokens: 5 }, { model: "qwen2.5-vl" }),
  openai("embeddings.json", openaiEmbeddings, { inputTokens: 8 }, { model: "text-embedding-3-small" }),
  openai("voyage-embeddings.json", openaiEmbeddings, { inputTokens: 10 }, { model: "voyage-3.5" }),
  openai("response.json", responses, RESPONSE, { model: "gpt-5.4" }),
  openai("aimock-response.json", responses, AIMOCK, { model: "gpt-4o" }),
  openai("transcription-verbose.json", audio, { audioSeconds: 12.5 }),
  mistral("aimock-chat.json", chatCompletions, AIMOCK, { model: "mistral-large-2411" }),
  mistral("ocr.json", ocr, { pages: 3 }, { model: "mistral-ocr-2505-completion" }),
  mistral(
    "transcription.json",
    audio,
    { inputTokens: 4, outputTokens: 6, audioSeconds: 12 },
    { model: "voxtral-mini-2507" },
  ),
  gemini("content.json", generateContent, GEMINI, { model: "gemini-2.5-pro" }),
  gemini("aimock-content.json", generateContent, AIMOCK),
  gemini("blocked.json", generateContent, { inputTokens: 12 }, { model: "gemini-2.5-flash" }),
  gemini("embed.json", embedContent, { inputTokens: 8 }),
  gemini("embed-without-usage.json", embedContent, undefined),
  gemini("predict-embeddings.json", predict, { inputTokens: 4 + 6 }),
  gemini("predict-images.json", predict, { images: 2 }),
  gemini("interaction.json", interactions, INTERACTION, { model: "gemini-3-flash-preview" }),
  cohere("chat.json", chat, COHERE),
  cohere("aimock-chat.json", chat, AIMOCK),
  cohere("chat-v1.json", firstVersion, { inputTokens: 72, outputTokens: 9 }),
  cohere("embed.json", metaUsage, { inputTokens: 2 }),
  cohere("embed-images.json", metaUsage, { inputTokens: 258 }),
  cohere("rerank.json", metaUsage, undefined),
  ollama("chat.json", answers, OLLAMA, { model: "llama3.2" }),
  ollama("aimock-chat.json", answers, { inputTokens: 0, outputTokens: 0 }, { model: "llama3.2" }),
  ollama("embed.json", embeddings, { inputTokens: 8 }, { model: "all-minilm" }),
  replicate(
    "succeeded.json",
    predictions,
    { inputTokens: 15, outputTokens: 42 },
    { model: "meta/meta-llama-3-8b-instruct" },
  ),
  replicate("images.json", predictions, { images: 2 }, { model: "black-forest-labs/flux-schnell" }),
  replicate("starting.json", predictions, undefined, { model: "meta/meta-llama-3-8b-instruct" }),
  huggingFace("generate.json", textGeneration, { outputTokens: 20 }),
  huggingFace("generate-prefill.json", textGeneration, { inputTokens: 2, outputTokens: 20 }),
  huggingFace("generate-list.json", textGeneration, { outputTokens: 20 }),
  huggingFace("generate-without-details.json", textGeneration, undefined),
  llamaCpp("completion.json", nativeCompletion, LLAMA, { model: "qwen2.5-7b" }),
  llamaCpp("completion-without-cache.json", nativeCompletion, LLAMA, { model: "qwen2.5-7b" }),
  llamaCpp("chat.json", chatCompletions, LLAMA, { model: "qwen2.5-7b" }),
];

/** Streamed to their ends, with a usage that the provider states. */
export const STREAMED: readonly KnownAnswer[] = [
  openai("stream.sse", chatCompletions, GPT, { model: "gpt-5.4" }),
  openai("aimock-chat.sse", chatCompletions, AIMOCK, { model: "gpt-4o" }),
  openai(
    "moonshot-stream.sse",
    chatCompletions,
    { inputTokens: 9, cacheReadTokens: 10, outputTokens: 21 },
    { model: "kimi-k2" },
  ),
  openai(
    "groq-stream.sse",
    chatCompletions,
    { inputTokens: 18, outputTokens: 5 },
    { model: "llama-3.3-70b-versatile" },
  ),
  openai("response-stream.sse", responses, RESPONSE, { model: "gpt-5.4" }),
  openai("aimock-response.sse", responses, AIMOCK, { model: "gpt-4o" }),
  openai("transcription-stream.sse", audio, { inputTokens: 14, outputTokens: 7 }),
  mistral(
    "stream.sse",
    chatCompletions,
    { inputTokens: 600 - 200, cacheReadTokens: 200, outputTokens: 130 },
    { model: "mistral-large-2411" },
  ),
  // What connectors read is input on top of the prompt.
  mistral(
    "conversation-stream.sse",
    conversations,
    { inputTokens: 20 + 100, outputTokens: 9 },
    { model: "mistral-medium-2505" },
  ),
  gemini("stream.sse", generateContent, GEMINI_STREAM, { model: "gemini-2.5-flash" }),
  gemini("stream-array.json", generateContent, GEMINI_STREAM, { model: "gemini-2.5-flash" }),
  gemini("stream-array-compact.json", generateContent, GEMINI_STREAM, { model: "gemini-2.5-flash" }),
  gemini("aimock-content.sse", generateContent, AIMOCK),
  gemini("interaction-stream.sse", interactions, INTERACTION, { model: "gemini-3-flash-preview" }),
  gemini("aimock-interaction.sse", interactions, AIMOCK),
  cohere("stream.sse", chat, COHERE),
  cohere("stream-tool.sse", chat, COHERE),
  cohere("aimock-chat.sse", chat, AIMOCK),
  cohere("stream-v1.ndjson", firstVersion, { inputTokens: 72, outputTokens: 9 }),
  ollama("stream.ndjson", answers, OLLAMA, { model: "llama3.2" }),
  ollama("stream-tool.ndjson", answers, OLLAMA, { model: "llama3.2" }),
  ollama("generate.ndjson", answers, { inputTokens: 26, outputTokens: 259 }, { model: "llama3.2" }),
  ollama("stream-cached.ndjson", answers, { outputTokens: 2 }, { model: "llama3.2" }),
  huggingFace("stream.sse", textGeneration, { inputTokens: 6, outputTokens: 4 }),
  llamaCpp("stream.sse", nativeCompletion, LLAMA, { model: "qwen2.5-7b" }),
  llamaCpp("chat-stream.sse", chatCompletions, LLAMA, { model: "qwen2.5-7b" }),
];

/** Errors in a 200: of whole answers, and inside of streams. */
export const FAILED: readonly (KnownAnswer & { readonly error: "provider_error" | "stream_error" })[] = [
  { ...openai("openrouter-error.json", chatCompletions, undefined), error: "provider_error" },
  { ...openai("openrouter-stream-error.sse", chatCompletions, undefined), error: "stream_error" },
  { ...gemini("array-error.json", generateContent, undefined), error: "stream_error" },
  { ...gemini("stream-error.sse", generateContent, undefined), error: "stream_error" },
  { ...gemini("stream-array-error.json", generateContent, undefined), error: "stream_error" },
  { ...cohere("stream-error.sse", chat, COHERE), error: "stream_error" },
  { ...ollama("stream-error.ndjson", answers, undefined), error: "stream_error" },
  { ...replicate("failed.json", predictions, undefined), error: "provider_error" },
  { ...replicate("stream-error.sse", predictions, undefined), error: "stream_error" },
  { ...huggingFace("stream-error.sse", textGeneration, undefined), error: "stream_error" },
];
