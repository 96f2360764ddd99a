import type { Usage } from "../../model/usage.ts";
import { charactersOfDelta, messageStatement } from "../anthropic/messages.ts";
import { messageUsage } from "../anthropic/message-usage.ts";
import { countAt, statedUsage, sumKnown } from "../count.ts";
import { usageStatement, type Statement } from "../dialect.ts";
import { isObject, objectAt, stringAt, type JsonObject } from "../json.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import { completionUsage } from "../openai/completion-usage.ts";
import { charactersOfConverseDelta, tokenUsage } from "./converse.ts";

/** A usage object in any vendor's words: Anthropic's, Nova's, or those of OpenAI (Mistral, AI21, Qwen, gpt-oss). */
export const usageOfVendor = (raw: JsonObject): Usage | undefined =>
  messageUsage(raw) ?? tokenUsage(raw) ?? completionUsage(raw);

/** What a body, or one event of a stream, says of its usage. Nobody but the body itself need say whose it is. */
export function statedByVendor(object: JsonObject): Pick<Statement, "rawUsage" | "usage" | "beside"> {
  if (isMessage(object)) {
    const { rawUsage, usage, beside } = messageStatement(object);
    return { rawUsage, usage, beside };
  }
  const raw = objectAt(object, "usage") ?? objectAt(objectAt(object, "metadata"), "usage");
  if (raw) return usageStatement(raw, { usage: usageOfVendor });
  const usage = countedAtTop(object);
  return usage ? { rawUsage: countsOf(object), usage } : {};
}

const isMessage = (object: JsonObject): boolean =>
  /^message(?:_start|_delta)?$/.test(stringAt(object, "type") ?? "") &&
  (objectAt(object, "usage") ?? objectAt(object, "message")) !== undefined;

/** Meta's and Amazon Titan's counts, which stand at the top; each event of Meta's repeats the running output. */
function countedAtTop(object: JsonObject): Usage | undefined {
  const { results } = object;
  const ofResults = Array.isArray(results)
    ? results
        .map((result) => (isObject(result) ? countAt(result, "tokenCount") : undefined))
        .reduce(sumKnown, undefined)
    : undefined;
  const usage = statedUsage({
    inputTokens: countAt(object, "prompt_token_count") ?? countAt(object, "inputTextTokenCount"),
    outputTokens:
      countAt(object, "generation_token_count") ?? ofResults ?? countAt(object, "totalOutputTextTokenCount"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}

const COUNTS = ["prompt_token_count", "generation_token_count", "inputTextTokenCount", "totalOutputTextTokenCount"];

const countsOf = (object: JsonObject): JsonObject =>
  Object.fromEntries(COUNTS.flatMap((name) => (name in object ? [[name, object[name]]] : [])));

/** The generated text in one event of a stream, in any vendor's words. */
export function charactersOfVendor(data: JsonObject): number | undefined {
  const characters =
    charactersOfDelta(data) ??
    charactersOfConverseDelta(objectAt(data, "contentBlockDelta") ?? data) ??
    chatCompletions.stream?.outputCharacters(data);
  if (characters !== undefined) return characters;
  const texts = [
    stringAt(data, "generation"), //  Meta
    stringAt(data, "outputText"), //  Titan
    stringAt(data, "text"), //        Cohere
    ...listOf(data["outputs"]), //    Mistral
    ...listOf(data["generations"]), // older Cohere
  ];
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return length > 0 ? length : undefined;
}

const listOf = (value: unknown): (string | undefined)[] =>
  Array.isArray(value) ? value.map((item) => stringAt(item, "text")) : [];
