import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../count.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";

/**
 * Text generation as text-generation-inference has it: where `details` are asked for they count the tokens, else the
 * headers of a whole answer do, and the events of a stream, one a token.
 *
 * @see https://huggingface.co/docs/text-generation-inference
 */
export const textGeneration = dialect({
  // The details hold the text as well, so that only their counts are taken.
  usage: detailsUsage,
  says(object) {
    const rawUsage = countsIn(objectAt(object, "details"));
    return {
      model: stringAt(object, "model") || undefined,
      ...(rawUsage && { rawUsage, usage: detailsUsage(rawUsage) }),
      isError: saysError(object),
    };
  },
  usageOfHeaders(headers) {
    const usage = statedUsage({
      inputTokens: countOf(headers.get("x-prompt-tokens")),
      outputTokens: countOf(headers.get("x-generated-tokens")),
    });
    return Object.keys(usage).length > 0 ? usage : undefined;
  },
  stream: {
    isTerminal: ({ object }) => stringAt(object, "generated_text") !== undefined,
    outputCharacters(data) {
      const token = objectAt(data, "token");
      return token?.["special"] === true ? undefined : textLength([stringAt(token, "text")]);
    },
  },
});

const countOf = (header: string | null): number | undefined =>
  header === null || header === "" ? undefined : countAt({ header: Number(header) }, "header");

function countsIn(details: JsonObject | undefined): JsonObject | undefined {
  if (!details) return undefined;
  // The tokens of the prompt are listed only where they are asked for.
  const listed = listAt(details, "prefill").length;
  const input = countAt(details, "input_length") ?? (listed > 0 ? listed : undefined);
  return {
    generated_tokens: details["generated_tokens"],
    ...(input !== undefined && { input_length: input }),
    ...("energy_mj" in details && { energy_mj: details["energy_mj"] }),
  };
}

function detailsUsage(raw: JsonObject): Usage | undefined {
  const usage = statedUsage({
    inputTokens: countAt(raw, "input_length"),
    outputTokens: countAt(raw, "generated_tokens"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
