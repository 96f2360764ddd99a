import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { TOKEN_CLASSES, type Usage } from "../../src/model/usage.ts";
import { audio } from "../../src/wire/openai/audio.ts";
import { chatCompletions } from "../../src/wire/openai/chat-completions.ts";
import { conversations } from "../../src/wire/mistral/conversations.ts";
import type { Dialect } from "../../src/wire/dialect.ts";
import { embeddings } from "../../src/wire/openai/embeddings.ts";
import { images } from "../../src/wire/openai/images.ts";
import type { JsonObject } from "../../src/wire/json.ts";
import { destinationOf } from "../../src/wire/hosts.ts";
import { rerank } from "../../src/wire/openai/rerank.ts";
import { ocr } from "../../src/wire/mistral/ocr.ts";
import { responses } from "../../src/wire/openai/responses.ts";

const STATED: readonly (readonly [name: string, Dialect, raw: object, Usage | undefined])[] = [
  [
    "OpenAI chat: cached and reasoning tokens are inside",
    chatCompletions,
    {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 192, accepted_prediction_tokens: 0 },
    },
    { inputTokens: 86, cacheReadTokens: 1920, outputTokens: 108, reasoningTokens: 192 },
  ],
  [
    "OpenAI chat: tokens written to the cache are inside, too",
    chatCompletions,
    {
      prompt_tokens: 1000,
      completion_tokens: 10,
      total_tokens: 1010,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 300 },
    },
    { inputTokens: 100, cacheReadTokens: 600, cacheWriteTokens: 300, outputTokens: 10 },
  ],
  [
    "xAI: reasoning tokens stand beside the completion, as the total says",
    chatCompletions,
    {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      prompt_tokens_details: { cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 94 },
    },
    { inputTokens: 26, cacheReadTokens: 6, outputTokens: 9, reasoningTokens: 94 },
  ],
  [
    "no total: reasoning tokens that do not fit into the completion stand beside it",
    chatCompletions,
    { prompt_tokens: 32, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 94 } },
    { inputTokens: 32, outputTokens: 9, reasoningTokens: 94 },
  ],
  [
    "Groq: times beside the tokens",
    chatCompletions,
    { queue_time: 0.02, prompt_tokens: 18, prompt_time: 0.001, completion_tokens: 556, total_tokens: 574 },
    { inputTokens: 18, outputTokens: 556 },
  ],
  [
    "DeepSeek: cache hits have a name of their own",
    chatCompletions,
    {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
    },
    { inputTokens: 36, cacheReadTokens: 64, outputTokens: 20 },
  ],
  [
    "Moonshot: cached tokens stand at the top",
    chatCompletions,
    { prompt_tokens: 19, completion_tokens: 21, total_tokens: 40, cached_tokens: 10 },
    { inputTokens: 9, cacheReadTokens: 10, outputTokens: 21 },
  ],
  [
    "one name says that nothing was cached, another how much was",
    chatCompletions,
    {
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 0 },
      prompt_cache_hit_tokens: 64,
    },
    { inputTokens: 36, cacheReadTokens: 64, outputTokens: 1 },
  ],
  [
    "LiteLLM in front of Anthropic: both cache classes are inside",
    chatCompletions,
    {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
      prompt_tokens_details: { cached_tokens: 600, cache_creation_tokens: 300 },
      cache_creation_input_tokens: 300,
      cache_read_input_tokens: 600,
    },
    { inputTokens: 100, cacheReadTokens: 600, cacheWriteTokens: 300, outputTokens: 50 },
  ],
  [
    "a gateway that passes on Anthropic's cache classes: the total says that they are beside",
    chatCompletions,
    {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1950,
      cache_creation_input_tokens: 300,
      cache_read_input_tokens: 600,
    },
    { inputTokens: 1000, cacheReadTokens: 600, cacheWriteTokens: 300, outputTokens: 50 },
  ],
  [
    "SGLang: reasoning tokens at the top are inside",
    chatCompletions,
    { prompt_tokens: 10, completion_tokens: 50, total_tokens: 60, prompt_tokens_details: null, reasoning_tokens: 20 },
    { inputTokens: 10, outputTokens: 30, reasoningTokens: 20 },
  ],
  [
    "mlx-vlm: chat with the names of Responses",
    chatCompletions,
    { input_tokens: 11, output_tokens: 5, total_tokens: 16, prompt_tps: 21.5 },
    { inputTokens: 11, outputTokens: 5 },
  ],
  [
    "a gateway that states both names: those of chat hold",
    chatCompletions,
    { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16, input_tokens: 0, output_tokens: 0 },
    { inputTokens: 11, outputTokens: 5 },
  ],
  [
    "a gateway that states zeros under the names of chat: those of Responses hold",
    chatCompletions,
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, input_tokens: 11, output_tokens: 5 },
    { inputTokens: 11, outputTokens: 5 },
  ],
  [
    "a gateway that passes on Anthropic's usage in chat: its cache classes are beside the input",
    chatCompletions,
    { input_tokens: 11, output_tokens: 5, cache_read_input_tokens: 600, cache_creation_input_tokens: 300 },
    { inputTokens: 11, cacheReadTokens: 600, cacheWriteTokens: 300, outputTokens: 5 },
  ],
  [
    "a server of Responses with the names of chat",
    responses,
    { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16, prompt_tokens_details: { cached_tokens: 4 } },
    { inputTokens: 7, cacheReadTokens: 4, outputTokens: 5 },
  ],
  [
    "Responses: the total says that reasoning is beside",
    responses,
    { input_tokens: 20, output_tokens: 198, output_tokens_details: { reasoning_tokens: 100 }, total_tokens: 318 },
    { inputTokens: 20, outputTokens: 198, reasoningTokens: 100 },
  ],
  ["Voyage embeddings: the total alone", embeddings, { total_tokens: 10 }, { inputTokens: 10 }],
  ["Jina rerank: the total alone", rerank, { total_tokens: 38 }, { inputTokens: 38 }],
  [
    "Mistral chat with sound",
    chatCompletions,
    { prompt_audio_seconds: 203, prompt_tokens: 4, total_tokens: 3264, completion_tokens: 635 },
    { inputTokens: 4, outputTokens: 635, audioSeconds: 203 },
  ],
  [
    "Mistral chat, cached as it names it",
    chatCompletions,
    { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105, num_cached_tokens: 64, prompt_audio_seconds: null },
    { inputTokens: 36, cacheReadTokens: 64, outputTokens: 5 },
  ],
  [
    "Mistral conversations: the connectors' tokens come on top",
    conversations,
    {
      prompt_tokens: 188,
      completion_tokens: 55,
      total_tokens: 7355,
      connector_tokens: 7112,
      connectors: { web_search: 1 },
    },
    { inputTokens: 7300, outputTokens: 55 },
  ],
  [
    "Responses: cached and reasoning tokens are inside",
    responses,
    {
      input_tokens: 75,
      input_tokens_details: { cached_tokens: 32, cache_write_tokens: 8 },
      output_tokens: 1186,
      output_tokens_details: { reasoning_tokens: 1024 },
      total_tokens: 1261,
    },
    { inputTokens: 35, cacheReadTokens: 32, cacheWriteTokens: 8, outputTokens: 162, reasoningTokens: 1024 },
  ],
  ["OpenAI embeddings", embeddings, { prompt_tokens: 8, total_tokens: 8 }, { inputTokens: 8 }],
  [
    "Mistral embeddings: no output is not an output of 0",
    embeddings,
    { prompt_tokens: 15, completion_tokens: 0, total_tokens: 15 },
    { inputTokens: 15 },
  ],
  [
    "OpenAI images",
    images,
    {
      input_tokens: 50,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
      output_tokens: 4160,
      total_tokens: 4210,
    },
    { inputTokens: 50, outputTokens: 4160 },
  ],
  [
    "OpenAI transcription by tokens",
    audio,
    {
      type: "tokens",
      input_tokens: 14,
      input_token_details: { text_tokens: 10, audio_tokens: 4 },
      output_tokens: 101,
      total_tokens: 115,
    },
    { inputTokens: 14, outputTokens: 101 },
  ],
  ["OpenAI transcription by duration", audio, { type: "duration", seconds: 9.5 }, { audioSeconds: 9.5 }],
  ["OpenAI transcription by an invalid duration", audio, { type: "duration", seconds: "9" }, undefined],
  [
    "Mistral transcription",
    audio,
    { prompt_tokens: 4, total_tokens: 635, completion_tokens: 635, prompt_audio_seconds: 203 },
    { inputTokens: 4, outputTokens: 635, audioSeconds: 203 },
  ],
  ["Mistral OCR", ocr, { pages_processed: 29, doc_size_bytes: 3_002_783 }, { pages: 29 }],
];

test.for(STATED)("%s", ([, dialect, raw, usage]) => {
  expect(dialect.usage(raw as Record<string, unknown>)).toStrictEqual(usage);
});

/** What a host's line in the table of hosts says of its usage. */
const BY_HOST: readonly (readonly [host: string, path: string, raw: object, Usage])[] = [
  [
    "api.perplexity.ai",
    "/chat/completions",
    {
      prompt_tokens: 108,
      completion_tokens: 3256,
      total_tokens: 3364,
      citation_tokens: 7299,
      reasoning_tokens: 73_248,
    },
    { inputTokens: 108 + 7299, outputTokens: 3256, reasoningTokens: 73_248 },
  ],
  [
    "api.perplexity.ai",
    "/chat/completions",
    { prompt_tokens: 10, completion_tokens: 500, total_tokens: 510, reasoning_tokens: 200 },
    { inputTokens: 10, outputTokens: 500, reasoningTokens: 200 },
  ],
  [
    "api.x.ai",
    "/v1/chat/completions",
    { prompt_tokens: 32, completion_tokens: 109, completion_tokens_details: { reasoning_tokens: 94 } },
    { inputTokens: 32, outputTokens: 109, reasoningTokens: 94 },
  ],
  [
    "generativelanguage.googleapis.com",
    "/v1beta/openai/chat/completions",
    { prompt_tokens: 10, completion_tokens: 198, total_tokens: 613 },
    { inputTokens: 10, outputTokens: 198, reasoningTokens: 405 },
  ],
  [
    "generativelanguage.googleapis.com",
    "/v1beta/openai/chat/completions",
    { prompt_tokens: 10, completion_tokens: 198, total_tokens: 208 },
    { inputTokens: 10, outputTokens: 198 },
  ],
  [
    "europe-west1-aiplatform.googleapis.com",
    "/v1/projects/p/locations/europe-west1/endpoints/openapi/chat/completions",
    { prompt_tokens: 10, completion_tokens: 198, total_tokens: 613 },
    { inputTokens: 10, outputTokens: 198, reasoningTokens: 405 },
  ],
  [
    "gateway.example.com",
    "/v1/chat/completions",
    { prompt_tokens: 10, completion_tokens: 198, total_tokens: 613 },
    { inputTokens: 10, outputTokens: 198 },
  ],
  [
    // Voxtral's total has the sound that it heard.
    "api.mistral.ai",
    "/v1/chat/completions",
    { prompt_tokens: 4, completion_tokens: 6, total_tokens: 384, prompt_audio_seconds: 15 },
    { inputTokens: 4, outputTokens: 6, audioSeconds: 15 },
  ],
];

test.for(BY_HOST)("chat usage of %s%s: %j", ([host, path, raw, usage]) => {
  const { usageHabits } = destinationOf(host, path);
  expect(chatCompletions.usage(raw as JsonObject, { usageHabits })).toStrictEqual(usage);
});

test.for(["gemini-2.5-pro", "google/gemini-2.5-flash"])(
  "chat usage of %s has its thoughts in the total, whoever passes it on",
  (model) => {
    const raw = { prompt_tokens: 10, completion_tokens: 198, total_tokens: 613 };
    expect(chatCompletions.usage(raw, { model })).toStrictEqual({
      inputTokens: 10,
      outputTokens: 198,
      reasoningTokens: 405,
    });
  },
);

const count = fc.integer({ min: 0, max: 1_000_000 });

const sumOf = (usage: Usage | undefined): number => TOKEN_CLASSES.reduce((sum, name) => sum + (usage?.[name] ?? 0), 0);

describe("disjoint classes add up to what the provider said", () => {
  test("of chat, when the details are inside", () => {
    fc.assert(
      fc.property(count, count, count, count, count, (fresh, read, written, visible, reasoning) => {
        const prompt = fresh + read + written;
        const usage = chatCompletions.usage({
          prompt_tokens: prompt,
          completion_tokens: visible + reasoning,
          total_tokens: prompt + visible + reasoning,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(usage).toStrictEqual({
          inputTokens: fresh,
          cacheReadTokens: read,
          cacheWriteTokens: written,
          outputTokens: visible,
          reasoningTokens: reasoning,
        });
      }),
    );
  });

  test("of chat, when reasoning is beside", () => {
    fc.assert(
      fc.property(count, count, count, (prompt, visible, reasoning) => {
        const total = prompt + visible + reasoning;
        const raw = {
          prompt_tokens: prompt,
          completion_tokens: visible,
          total_tokens: total,
          completion_tokens_details: { reasoning_tokens: reasoning },
        };
        expect(sumOf(chatCompletions.usage(raw))).toBe(total);
      }),
    );
  });

  test("of Responses", () => {
    fc.assert(
      fc.property(count, count, count, count, (fresh, read, visible, reasoning) => {
        const usage = responses.usage({
          input_tokens: fresh + read,
          input_tokens_details: { cached_tokens: read },
          output_tokens: visible + reasoning,
          output_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(sumOf(usage)).toBe(fresh + read + visible + reasoning);
      }),
    );
  });
});

describe("something that is not an amount does not count as stated", () => {
  const NONSENSE = [-1, 1.5, 1e300, Infinity, NaN, 1e10 + 1, "7", "", null, undefined, true, [7], { tokens: 7 }];

  test.for(NONSENSE)("%j as a count", (value) => {
    expect(chatCompletions.usage({ prompt_tokens: value, completion_tokens: 7 })).toStrictEqual({ outputTokens: 7 });
    expect(chatCompletions.usage({ prompt_tokens: value, completion_tokens: value })).toBeUndefined();
    expect(responses.usage({ input_tokens: 7, output_tokens: value })).toStrictEqual({ inputTokens: 7 });
    expect(chatCompletions.usage({ prompt_tokens: 7, prompt_tokens_details: { cached_tokens: value } })).toStrictEqual({
      inputTokens: 7,
    });
    expect(ocr.usage({ pages_processed: value })).toBeUndefined();
  });

  test.for([-1, 1e300, Infinity, NaN, "7", null, undefined, [7]])("%j as seconds", (seconds) => {
    expect(audio.usage({ type: "duration", seconds })).toBeUndefined();
  });

  test.for([[], "details", 3, null])("%j in place of details", (details) => {
    const raw = { prompt_tokens: 7, completion_tokens: 5, prompt_tokens_details: details };
    expect(chatCompletions.usage({ ...raw, completion_tokens_details: details })).toStrictEqual({
      inputTokens: 7,
      outputTokens: 5,
    });
  });

  test("anything at all gives amounts that are amounts", () => {
    const raw = fc.dictionary(
      fc.constantFrom(
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "input_tokens",
        "output_tokens",
        "prompt_tokens_details",
        "completion_tokens_details",
        "connector_tokens",
        "prompt_audio_seconds",
        "pages_processed",
        "type",
        "seconds",
      ),
      fc.anything(),
    );
    fc.assert(
      fc.property(raw, (usage) => {
        for (const dialect of [chatCompletions, responses, audio, images, embeddings, ocr, conversations]) {
          for (const amount of Object.values(dialect.usage(usage) ?? {})) {
            expect(amount).toBeGreaterThanOrEqual(0);
            expect(amount).toBeLessThanOrEqual(2e10);
          }
        }
      }),
    );
  });
});
