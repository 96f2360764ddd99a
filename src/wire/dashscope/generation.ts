import { addUsage, type Usage } from "../../model/usage.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { isObject, listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import type { ModelUsage } from "../model-usage.ts";
import { textLength } from "../text-length.ts";
import { saysDashscopeError } from "./dashscope-error.ts";
import { dashscopeUsage } from "./dashscope-usage.ts";

/**
 * Text, multimodal answers, embeddings, rerank and applications of DashScope's own API. Each event of a stream states
 * running totals; the one that gives a reason to finish is the last. Only applications name the models.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/qwen-api-reference
 */
export const generation = dialect({
  usage: usageOf,
  alsoReads: /"models"|"code"/,
  says(object) {
    const raw = objectAt(object, "usage");
    const models = modelsOf(raw);
    return {
      model: models.length === 1 ? models[0]!.model : undefined,
      ...usageStatement(raw, { usage: usageOf }),
      within: models.length > 1 ? models : undefined,
      isError: saysDashscopeError(object),
    };
  },
  stream: {
    isTerminal: ({ object }) => answersOf(object).some(hasFinished),
    outputCharacters: (data) => textLength(answersOf(data).flatMap(textsOf)),
  },
});

function usageOf(raw: JsonObject): Usage | undefined {
  const models = modelsOf(raw);
  return models.length > 0 ? models.map(({ usage }) => usage).reduce(addUsage) : dashscopeUsage(raw);
}

/** What each model of an application has used. */
const modelsOf = (raw: JsonObject | undefined): readonly ModelUsage[] =>
  listAt(raw, "models")
    .filter(isObject)
    .flatMap((part) => {
      const usage = dashscopeUsage(part);
      return usage ? [{ model: stringAt(part, "model_id") || undefined, usage }] : [];
    });

/** The answers of a message each, or the one of a text. */
function answersOf(object: JsonObject | undefined): readonly unknown[] {
  const output = objectAt(object, "output");
  return "choices" in (output ?? {}) ? listAt(output, "choices") : [output];
}

/** Until then the reason is the text `null`. */
const hasFinished = (answer: unknown): boolean => !["", "null"].includes(stringAt(answer, "finish_reason") ?? "");

function textsOf(answer: unknown): readonly (string | undefined)[] {
  const message = objectAt(answer, "message");
  return [
    stringAt(answer, "text"),
    stringAt(message, "content"),
    stringAt(message, "reasoning_content"),
    ...listAt(message, "content").map((part) => stringAt(part, "text")),
    ...listAt(message, "tool_calls").map((call) => stringAt(objectAt(call, "function"), "arguments")),
  ];
}
