import { ConfigurationError, shown } from "../model/errors.ts";
import type { RequestRecord } from "../model/request.ts";

/** What tells one running total from another: a request's provider, model, operation and the declared labels. */
export type LabelSetKey = Pick<RequestRecord, "provider" | "model" | "operation" | "labels">;

/** The labels that every request has. */
export const COMMON_LABELS = ["provider", "model", "operation"] as const;

/** Labels that single metrics add, or that Prometheus sets itself; an application cannot declare them. */
const RESERVED = new Set<string>([
  ...COMMON_LABELS,
  ...["phase", "outcome", "token_type", "usage_source", "reason", "evidence", "accounting", "factors", "zone"],
  ...["catalogue_version", "version", "label", "stage", "budget", "criterion", "window", "bound"],
  ...["le", "quantile", "job", "instance"],
]);

/** @throws ConfigurationError for a name that Prometheus refuses, that is taken, or that stands twice */
export function checkLabelNames(names: readonly string[]): void {
  names.forEach((name, index) => {
    const part = `createMeter.labels[${index}]`;
    if (typeof name !== "string" || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name.startsWith("__")) {
      throw new ConfigurationError(
        part,
        `expected a label name, got ${shown(name)}`,
        "Use letters, digits and _, not starting with a digit or __.",
      );
    }
    if (RESERVED.has(name)) {
      throw new ConfigurationError(
        part,
        `${shown(name)} is a label of the meter's own`,
        "Choose another name, such as app_" + name + ".",
      );
    }
    if (names.indexOf(name) !== index) {
      throw new ConfigurationError(part, `${shown(name)} stands twice`, "Declare each label once.");
    }
  });
}
