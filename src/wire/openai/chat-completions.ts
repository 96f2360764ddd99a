import type { ChoiceUsage } from "../choices.ts";
import { countOf, sumKnown } from "../count.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { isObject, listAt, listOf, objectAt, objectOf, stringAt, stringOf, type JsonObject } from "../json.ts";
import type { ModelUsage } from "../model-usage.ts";
import type { Asked } from "../reading.ts";
import { textLength } from "../text-length.ts";
import { CHARACTERS_PER_TOKEN } from "../token-estimate.ts";
import { completionUsage } from "./completion-usage.ts";
import { jobStatement } from "./job-statement.ts";

/**
 * Chat and text completions of OpenAI and of all who speak like it: Mistral (with FIM and agents), Azure, Groq,
 * Together, vLLM.
 */
export const chatCompletions = dialect({
  usage: completionUsage,
  alsoReads: /"usage_breakdown"/,
  says: (object, asked) => {
    const rawUsage = usageObjectOf(object);
    return {
      model: stringOf(object["model"]) || undefined,
      rawUsage,
      usage: rawUsage && completionUsage(rawUsage, asked),
      ofChoices: usageOfEachChoice(object, asked),
      within: usageBreakdownOf(object),
      isError: saysError(object) || choicesOf(object).some(saysErrorOfItsOwn),
    };
  },
  stream: {
    isTerminal: ({ data }) => data.startsWith("[DONE]"),
    outputCharacters: (data) => choicesOf(data).map(charactersOfChoice).reduce<number | undefined>(sumKnown, undefined),
    contentSigns: {
      possible: /"(?:content|text|reasoning_content|reasoning|refusal|arguments|transcript|data)"\s*:\s*"(?!")/,
      certain: /"choices":\[\{"index":\d+,"delta":\{(?:"role":"assistant",)?"content":"(?!")/,
    },
    choicesIn: (data) => choicesOf(data).map(indexOf),
  },
});

const choicesOf = (object: JsonObject): readonly unknown[] => listOf(object["choices"]);

/** OpenRouter's may leave out what went wrong. */
const saysErrorOfItsOwn = (choice: unknown): boolean =>
  isObject(choice) && (isObject(choice["error"]) || choice["finish_reason"] === "error");

/** At the top; in Groq's streams under `x_groq`; llama.cpp's timings, also beside an empty usage. */
function usageObjectOf(object: JsonObject): JsonObject | undefined {
  const usage = objectOf(object["usage"]);
  if (usage && !isEmpty(usage)) return usage;
  return objectOf(objectOf(object["x_groq"])?.["usage"]) ?? objectOf(object["timings"]) ?? usage;
}

function isEmpty(object: JsonObject): boolean {
  for (const _key in object) return false;
  return true;
}

/** In Moonshot's streams the last event of each choice has its usage; one of all may follow, at the top. */
function usageOfEachChoice(object: JsonObject, asked: Asked | undefined): readonly ChoiceUsage[] | undefined {
  const choices = choicesOf(object);
  if (!choices.some((choice) => objectAt(choice, "usage"))) return undefined;
  return choices.flatMap((choice) => {
    const raw = objectAt(choice, "usage");
    const usage = raw && completionUsage(raw, asked);
    return usage ? [{ index: indexOf(choice), usage, raw }] : [];
  });
}

const indexOf = (choice: unknown): number => countOf(objectOf(choice)?.["index"]) ?? 0;

/** Groq's compound systems say which models they have asked, and what each has used of the whole. */
function usageBreakdownOf(object: JsonObject): readonly ModelUsage[] | undefined {
  const breakdown = objectOf(object["usage_breakdown"]) ?? objectOf(objectOf(object["x_groq"])?.["usage_breakdown"]);
  if (!breakdown) return undefined;
  return listAt(breakdown, "models").flatMap((part) => {
    const model = stringAt(part, "model");
    const raw = objectAt(part, "usage");
    const usage = raw && completionUsage(raw);
    return model && usage ? [{ model, usage }] : [];
  });
}

/** Runs of OpenAI's assistants, which report usage as completions do, once they have ended. */
export const assistantRuns = dialect({
  usage: completionUsage,
  stateful: true,
  says: (object) => jobStatement(object, { usage: completionUsage }),
  stream: {
    isTerminal: ({ event, data }) =>
      data.startsWith("[DONE]") || /^thread\.run\.(completed|failed|cancelled|expired|incomplete)$/.test(event ?? ""),
    outputCharacters: (data) =>
      textLength(listAt(objectAt(data, "delta"), "content").map((part) => stringAt(objectAt(part, "text"), "value"))),
  },
});

function charactersOfChoice(choice: unknown): number | undefined {
  if (!isObject(choice)) return undefined;
  const delta = objectAt(choice, "delta");
  const text = textLength([
    stringAt(choice, "text"),
    stringAt(delta, "content"),
    stringAt(delta, "reasoning_content"),
    stringAt(delta, "reasoning"),
    stringAt(delta, "refusal"),
    stringAt(objectAt(delta, "function_call"), "arguments"),
    stringAt(objectAt(delta, "audio"), "transcript"),
    ...listAt(delta, "content").map(textOfPart),
    ...listAt(delta, "tool_calls").map((call) => stringAt(objectAt(call, "function"), "arguments")),
  ]);
  const sound = stringAt(objectAt(delta, "audio"), "data");
  return sound ? sumKnown(Math.ceil(sound.length / BASE64_PER_CHARACTER), text) : text;
}

/**
 * How much of a streamed sound weighs as much as a character of text: a token of sound is 50 ms (OpenAI's guide to
 * audio), 2,400 bytes of the only format that is streamed, 3,200 characters of base64.
 */
const BASE64_PER_CHARACTER = 3200 / CHARACTERS_PER_TOKEN;

/** Mistral's content may be a list of parts: of text, and of thinking, which is a list of texts. */
const textOfPart = (part: unknown): string | undefined =>
  stringAt(part, "text") ??
  listAt(part, "thinking")
    .map((thought) => stringAt(thought, "text") ?? "")
    .join("");
