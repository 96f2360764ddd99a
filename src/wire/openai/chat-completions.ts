import type { Usage } from "../../model/usage.ts";
import { countAt, secondsAt, statedUsage, sumKnown, without } from "../count.ts";
import { dialect, saysError, usageStatement } from "../dialect.ts";
import { isObject, listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { jobStatement } from "./job-statement.ts";

/**
 * Chat and text completions of OpenAI and of all who speak like it: Mistral (with FIM and agents), Azure, Groq,
 * Together, vLLM. Cached tokens are inside `prompt_tokens`; reasoning tokens inside `completion_tokens`, but
 * beside them where `total_tokens` says so (xAI).
 */
export const chatCompletions = dialect({
  usage: completionUsage,
  says: (object) => ({
    model: stringAt(object, "model") || undefined,
    ...usageStatement(usageObjectOf(object), { usage: completionUsage }),
    isError: saysError(object) || choicesOf(object).some((choice) => objectAt(choice, "error") !== undefined),
  }),
  stream: {
    isTerminal: ({ data }) => data.startsWith("[DONE]"),
    outputCharacters(data) {
      const choices = data["choices"];
      if (!Array.isArray(choices)) return undefined;
      return choices.map(charactersOfChoice).reduce<number | undefined>(sumKnown, undefined);
    },
  },
});

const choicesOf = ({ choices }: JsonObject): readonly unknown[] => (Array.isArray(choices) ? choices : []);

/** At the top; in Groq's streams under `x_groq`; in Moonshot's with the last choice. */
const usageObjectOf = (object: JsonObject): JsonObject | undefined =>
  objectAt(object, "usage") ??
  objectAt(objectAt(object, "x_groq"), "usage") ??
  choicesOf(object)
    .map((choice) => objectAt(choice, "usage"))
    .find(Boolean);

/** Runs of OpenAI's assistants, which report usage as completions do, once they have ended. */
export const assistantRuns = dialect({
  usage: completionUsage,
  stateful: true,
  says: (object) => jobStatement(object, { usage: completionUsage }),
  stream: {
    isTerminal: ({ event, data }) =>
      data.startsWith("[DONE]") || /^thread\.run\.(completed|failed|cancelled|expired|incomplete)$/.test(event ?? ""),
    outputCharacters: (data) =>
      charactersOf(listAt(objectAt(data, "delta"), "content").map((part) => stringAt(objectAt(part, "text"), "value"))),
  },
});

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
  return statedUsage({
    inputTokens: sumKnown(without(input, cacheRead, cacheWrite), connectors),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: reasoningBeside ? output : without(output, reasoning),
    reasoningTokens: reasoning,
    audioSeconds,
  });
}

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
