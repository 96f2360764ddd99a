import { dialect, usageStatement, type EndMarker, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { iterationsOf } from "./iterations.ts";
import { inputUsage, messageUsage, runningUsage } from "./message-usage.ts";

const END: EndMarker = { lastByte: 0x7d, pattern: /"type"\s*:\s*"message_stop"[^{}]*\}\s*$/ };

/**
 * Anthropic's Messages, as Anthropic, Bedrock, Vertex AI and Foundry serve them, and all who speak like it. A stream
 * states its input in the first event and its output, cumulatively, in the last but one.
 *
 * @see https://docs.claude.com/en/api/messages and .../build-with-claude/streaming
 */
export const messages = dialect({
  usage: messageUsage,
  says: messageStatement,
  stream: {
    beginsWithUsage: true,
    endMarker: END,
    isTerminal: ({ type }) => type === "message_stop" || type === "error",
    outputCharacters: charactersOfDelta,
  },
});

/** What an answer says, or one event of a stream: the first holds the message that is begun. */
export function messageStatement(object: JsonObject): Statement {
  const begun = objectAt(object, "message");
  const isDelta = object["type"] === "message_delta";
  const usage = begun ? inputUsage : isDelta ? runningUsage : messageUsage;
  const raw = objectAt(begun ?? object, "usage");
  const { beside, servedBy } = iterationsOf(raw);
  return {
    model: servedBy ?? (stringAt(begun ?? object, "model") || undefined),
    ...usageStatement(raw, { usage }),
    beside,
    isError: saysError(object),
  };
}

/** Text, thinking, arguments of a tool call, or the summary of a compaction. */
export function charactersOfDelta(data: JsonObject): number | undefined {
  if (data["type"] !== "content_block_delta") return undefined;
  const delta = objectAt(data, "delta");
  const length = ["text", "thinking", "partial_json", "content"].reduce(
    (sum, key) => sum + (stringAt(delta, key)?.length ?? 0),
    0,
  );
  return length > 0 ? length : undefined;
}
