import { USAGE_CLASSES, type Usage } from "../../model/usage.ts";
import { countAt, secondsAt, without } from "../count.ts";
import type { Dialect, StreamDialect } from "../dialect.ts";
import { isObject, objectAt, stringAt, type JsonObject } from "../json.ts";

/**
 * Chat and text completions of OpenAI and of all who speak like it: Mistral (with FIM and agents), Azure, Groq,
 * Together, vLLM. Cached tokens are inside `prompt_tokens`; reasoning tokens inside `completion_tokens`, but
 * beside them where `total_tokens` says so (xAI).
 */
export const chatCompletions: Dialect = {
  usageKey: "usage",
  usage: completionUsage,
  stream: {
    isTerminal: ({ data }) => data.startsWith("[DONE]"),
    outputCharacters(data) {
      const choices = data["choices"];
      if (!Array.isArray(choices)) return undefined;
      return choices.map(charactersOfChoice).reduce<number | undefined>(sumKnown, undefined);
    },
  },
};

const runEvents: StreamDialect = {
  isTerminal: ({ event, data }) =>
    data.startsWith("[DONE]") || /^thread\.run\.(completed|failed|cancelled|expired|incomplete)$/.test(event ?? ""),
  outputCharacters: (data) =>
    charactersOf(listAt(objectAt(data, "delta"), "content").map((part) => stringAt(objectAt(part, "text"), "value"))),
};

/** Runs of OpenAI's assistants, which report usage as completions do, once they have ended. */
export const assistantRuns: Dialect = { usageKey: "usage", stateful: true, usage: completionUsage, stream: runEvents };

export function completionUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "prompt_tokens");
  const output = countAt(raw, "completion_tokens");
  const total = countAt(raw, "total_tokens");
  const audioSeconds = secondsAt(raw, "prompt_audio_seconds");
  if (input === undefined && output === undefined && audioSeconds === undefined) return undefined;
  const inputDetails = objectAt(raw, "prompt_tokens_details");
  const cacheRead = countAt(inputDetails, "cached_tokens") ?? countAt(raw, "num_cached_tokens");
  const cacheWrite = countAt(inputDetails, "cache_write_tokens");
  const reasoning = countAt(objectAt(raw, "completion_tokens_details"), "reasoning_tokens");
  const reasoningBeside =
    reasoning !== undefined && reasoning > 0 && total === (input ?? 0) + (output ?? 0) + reasoning;
  // Mistral adds the tokens of its connectors (web search, code) to a conversation.
  const connectors = countAt(raw, "connector_tokens");
  return stated({
    inputTokens: sumKnown(without(input, cacheRead, cacheWrite), connectors),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: reasoningBeside ? output : without(output, reasoning),
    reasoningTokens: reasoning,
    audioSeconds,
  });
}

/** Drops the classes that were not stated. */
export function stated(usage: { [Class in keyof Usage]: number | undefined }): Usage {
  const classes: { -readonly [Class in keyof Usage]: number } = {};
  for (const name of USAGE_CLASSES) {
    const amount = usage[name];
    if (amount !== undefined) classes[name] = amount;
  }
  return classes;
}

export const sumKnown = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : a + (b ?? 0);

function charactersOfChoice(choice: unknown): number | undefined {
  if (!isObject(choice)) return undefined;
  const delta = objectAt(choice, "delta");
  const texts = [
    stringAt(choice, "text"),
    stringAt(delta, "content"),
    stringAt(delta, "reasoning_content"),
    stringAt(delta, "reasoning"),
    stringAt(delta, "refusal"),
    ...listAt(delta, "content").map(textOfPart),
    ...listAt(delta, "tool_calls").map((call) => stringAt(objectAt(call, "function"), "arguments")),
  ];
  return charactersOf(texts);
}

function charactersOf(texts: readonly (string | undefined)[]): number | undefined {
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return characters > 0 ? characters : undefined;
}

/** Mistral's content may be a list of parts: of text, and of thinking, which is a list of texts. */
const textOfPart = (part: unknown): string | undefined =>
  stringAt(part, "text") ??
  listAt(part, "thinking")
    .map((thought) => stringAt(thought, "text") ?? "")
    .join("");

const listAt = (object: unknown, key: string): readonly unknown[] => {
  const value = isObject(object) ? object[key] : undefined;
  return Array.isArray(value) ? value : [];
};
