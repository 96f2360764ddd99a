import { nested } from "../fields.ts";
import type { RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";

const NO_TIME =
  "the answer states no time; say it of all: --map model=result.message.model inputTokens=result.message.usage.input_tokens cacheReadTokens=result.message.usage.cache_read_input_tokens cacheWriteTokens=result.message.usage.cache_creation_input_tokens outputTokens=result.message.usage.output_tokens id=result.message.id --set startedAt=2026-10-06 provider=anthropic";

/** Results of Anthropic's message batches: they say not when a message was made, so that the user must. */
export const anthropicBatch: RecordKind = {
  name: "anthropic-batch",
  matches: (fields) => "custom_id" in fields && "result" in fields,
  read(fields) {
    if (nested(fields, "result")["type"] === "succeeded") throw new RejectedRecord(NO_TIME);
    return [{ passedOver: "failed requests of a batch, which have neither time nor usage" }];
  },
};
