// cspell:ignore generativeaiinference
import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { lastObject, listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";

/**
 * Oracle's generative AI in its own form: what a chat used stands inside the response, in a stream inside one of the last
 * events. Cached tokens are inside the prompt, those of reasoning inside the completion.
 *
 * @see `ChatResult`, `EmbedTextResult` and `Usage` in oci-generativeaiinference 2.142.0
 */
export const ociAnswers = dialect({
  usage: ociUsage,
  modelKey: "modelId",
  alsoReads: /"(?:chatResponse|usage)"/,
  says: (object) => ({
    model: stringAt(object, "modelId") || undefined,
    ...usageStatement(objectAt(objectAt(object, "chatResponse") ?? object, "usage"), { usage: ociUsage }),
    isError: saysError(object),
  }),
  usageOfEnd: (text) => lastObject(text, "usage", 2, ociUsage)?.meaning,
  stream: {
    isTerminal: ({ data, object }) => data.startsWith("[DONE]") || objectAt(object, "usage") !== undefined,
    outputCharacters: (data) =>
      textLength([
        stringAt(data, "text"),
        ...listAt(objectAt(data, "message"), "content").map((part) => stringAt(part, "text")),
      ]),
  },
});

function ociUsage(raw: JsonObject): Usage | undefined {
  const cacheReadTokens = countAt(objectAt(raw, "promptTokensDetails"), "cachedTokens");
  const reasoningTokens = countAt(objectAt(raw, "completionTokensDetails"), "reasoningTokens");
  const usage = statedUsage({
    inputTokens: without(countAt(raw, "promptTokens"), cacheReadTokens),
    cacheReadTokens,
    outputTokens: without(countAt(raw, "completionTokens"), reasoningTokens),
    reasoningTokens,
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
