import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { TOKEN_CLASSES, type Usage } from "../../src/model/usage.ts";
import { audio } from "../../src/wire/openai/audio.ts";
import { chatCompletions } from "../../src/wire/openai/chat-completions.ts";
import { conversations } from "../../src/wire/mistral/conversations.ts";
import type { Dialect } from "../../src/wire/dialect.ts";
import { embeddings } from "../../src/wire/openai/embeddings.ts";
import { images } from "../../src/wire/openai/images.ts";
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
