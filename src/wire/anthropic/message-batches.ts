import type { BatchReader } from "../batch.ts";
import { objectAt, stringAt } from "../json.ts";
import { failure, resultOfAnswer } from "../batch-result.ts";
import { messageUsage } from "./message-usage.ts";
import { messages } from "./messages.ts";

/** Anthropic's message batches: a batch says how many requests it had, and only their results say what they used. */
export const messageBatches: BatchReader = {
  state: () => undefined,
  result(line) {
    const result = objectAt(line, "result");
    const type = stringAt(result, "type");
    if (!("custom_id" in line) || type === undefined) return undefined;
    const message = objectAt(result, "message");
    if (type === "succeeded" && message) return resultOfAnswer(messages, message);
    return STOPPED.has(type) ? { ...failure(type), outcome: "abandoned" } : failure("provider_error");
  },
  usage: messageUsage,
};

/** Results of requests that the application, or the batch's deadline, has ended before they were sent to a model. */
const STOPPED = new Set(["canceled", "expired"]);
