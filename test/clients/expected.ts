import type { Usage } from "../../src/model/usage.ts";
import type { ExpectedRecord } from "./contract.ts";

/** A request that was answered; `usage` undefined says that the provider stated none. */
export function completed(operation: string, model: string | undefined, usage: Usage | undefined): ExpectedRecord {
  return {
    operation,
    requestedModel: model,
    respondedModel: model,
    outcome: "completed",
    errorType: undefined,
    attempts: 1,
    usage,
    usageSource: usage ? "reported" : "missing",
  };
}

/** A stream that ended, or was left, before its usage came. */
export const estimated = (record: ExpectedRecord, usage: Usage): ExpectedRecord => ({
  ...record,
  usage,
  usageSource: "estimated",
});

/** A request whose answer the application stopped reading, or never read. */
export const abandoned = (operation: string, model: string): ExpectedRecord => ({
  ...completed(operation, model, undefined),
  outcome: "abandoned",
  errorType: "left",
});

/** A request that got no good answer. */
export const failed = (operation: string, model: string, errorType: string, attempts = 1): ExpectedRecord => ({
  ...completed(operation, model, undefined),
  respondedModel: undefined,
  outcome: "failed",
  errorType,
  attempts,
});
