import { sumKnown } from "../count.ts";
import { dialect, type Dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt } from "../json.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import { embeddings } from "../openai/embeddings.ts";

/**
 * Text of Workers AI: the usage of chat completions, in an envelope, and at the end of a stream, whose events have the
 * text as `response` or as chat completions do.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/
 */
export const generation: Dialect = {
  ...chatCompletions,
  stream: {
    isTerminal: ({ data }) => data.startsWith("[DONE]"),
    outputCharacters: (data) =>
      sumKnown(stringAt(data, "response")?.length || undefined, chatCompletions.stream?.outputCharacters(data)),
  },
};

/** Embeddings and ranks, which say nothing of what was read. */
export const readings: Dialect = { ...embeddings, mayOmitInput: true };

/** An image, as its bytes or inside JSON. */
export const images = dialect({
  usage: () => undefined,
  says: (object) => ({
    ...(stringAt(objectAt(object, "result"), "image") !== undefined && { usage: { images: 1 } }),
    isError: saysError(object),
  }),
  alsoReads: /"result"/,
  usageOfHeaders: (headers) => (headers.get("content-type")?.startsWith("image/") === true ? { images: 1 } : undefined),
});
