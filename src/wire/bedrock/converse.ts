import type { Usage } from "../../model/usage.ts";
import { awsEventStream } from "../aws-event-stream.ts";
import { countAt, statedUsage } from "../count.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { NEVER } from "./end-marker.ts";

/**
 * Bedrock's Converse and ConverseStream, whose usage comes after `messageStop`. The answer names no model but where a
 * prompt router has chosen one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export const converse = dialect({
  usage: tokenUsage,
  alsoReads: /"promptRouter"/,
  says: (object) => ({
    model: invokedModelOf(object),
    ...usageStatement(objectAt(object, "usage"), { usage: tokenUsage }),
    isError: saysError(object),
  }),
  stream: {
    framing: awsEventStream,
    endMarker: NEVER,
    isTerminal: ({ type }) => type === "metadata" || type === "error",
    outputCharacters: charactersOfConverseDelta,
  },
});

/** Bedrock's `TokenUsage`: cached tokens stand beside the input. */
export function tokenUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "inputTokens");
  const output = countAt(raw, "outputTokens");
  if (input === undefined && output === undefined) return undefined;
  return statedUsage({
    inputTokens: input,
    // With "Count" in what Nova answers to InvokeModel.
    cacheReadTokens: countAt(raw, "cacheReadInputTokens") ?? countAt(raw, "cacheReadInputTokenCount"),
    cacheWriteTokens: countAt(raw, "cacheWriteInputTokens") ?? countAt(raw, "cacheWriteInputTokenCount"),
    outputTokens: output,
  });
}

const invokedModelOf = (object: JsonObject): string | undefined => {
  const arn = stringAt(objectAt(objectAt(object, "trace"), "promptRouter"), "invokedModelId");
  return arn === undefined || arn === "" ? undefined : arn.slice(arn.lastIndexOf("/") + 1);
};

/** Text, reasoning, or arguments of a tool call. */
export function charactersOfConverseDelta(data: JsonObject): number | undefined {
  const delta = objectAt(data, "delta");
  const texts = [
    stringAt(delta, "text"),
    stringAt(objectAt(delta, "reasoningContent"), "text"),
    stringAt(objectAt(delta, "toolUse"), "input"),
  ];
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return length > 0 ? length : undefined;
}
