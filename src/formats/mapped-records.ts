import { createHash } from "node:crypto";

import { ConfigurationError, shown } from "../model/errors.ts";
import { USAGE_CLASSES } from "../model/usage.ts";
import { at, count, text, time } from "./fields.ts";
import { PAST_REQUEST, RejectedRecord, type Source } from "./past-request.ts";

const FIELDS = [
  ...["startedAt", "model", "provider", "operation", "id", "requests", "endpoint", "zone", "durationSeconds"],
  ...USAGE_CLASSES,
] as const;

/**
 * Any file of records, by a mapping from our fields to its names.
 *
 * @param mapping such as `startedAt=ts`, `model=model_name`, `outputTokens=completion`; names may be paths (`usage.output`)
 * @throws ConfigurationError for a field that does not exist, or without `startedAt` and `model`
 */
export function mappedRecords(mapping: readonly string[]): Source {
  const nameOf = new Map<string, string>();
  for (const pair of mapping) {
    const [field = "", name = ""] = pair.split(/=(.*)/s);
    if (!(FIELDS as readonly string[]).includes(field) || name === "") {
      throw new ConfigurationError(
        "--map",
        `${shown(pair)} maps no field`,
        `Write field=column; fields: ${FIELDS.join(", ")}.`,
      );
    }
    nameOf.set(field, name);
  }
  for (const needed of ["startedAt", "model"]) {
    if (!nameOf.has(needed)) throw new ConfigurationError("--map", `${needed} is not mapped`, `Add ${needed}=column.`);
  }
  return {
    name: "mapped",
    matches: (fields) => [...nameOf.values()].some((name) => at(fields, name) !== undefined),
    checkColumns(columns) {
      // A path leads into a column that holds JSON.
      const missing = [...nameOf].find(([, name]) => !columns.includes(name) && !columns.includes(name.split(".")[0]!));
      if (missing === undefined) return;
      throw new ConfigurationError(
        "--map",
        `${shown(missing.join("="))} names a column that the file does not have`,
        `Choose among ${columns.map((column) => shown(column)).join(", ")}.`,
      );
    },
    read(fields, line) {
      const mapped = Object.fromEntries(Array.from(nameOf, ([field, name]) => [field, at(fields, name)]));
      const model = text(mapped, "model");
      if (model === undefined) throw new RejectedRecord("the model is missing");
      const usage = Object.fromEntries(
        USAGE_CLASSES.flatMap((usageClass) => {
          const amount = count(mapped, usageClass);
          return amount === undefined ? [] : [[usageClass, amount]];
        }),
      );
      const known = Object.keys(usage).length > 0;
      const content = createHash("sha256")
        .update(JSON.stringify([line, fields]))
        .digest("base64url")
        .slice(0, 22);
      return [
        {
          ...PAST_REQUEST,
          id: text(mapped, "id") ?? `row:${content}`,
          requests: count(mapped, "requests") ?? 1,
          provider: text(mapped, "provider") ?? "unknown",
          host: text(mapped, "endpoint") ?? "",
          zone: text(mapped, "zone"),
          operation: text(mapped, "operation") ?? "chat",
          requestedModel: model,
          startedAtMilliseconds: time(mapped, "startedAt"),
          durationSeconds: count(mapped, "durationSeconds") ?? 0,
          usage: known ? usage : undefined,
          usageSource: known ? "reported" : "missing",
        },
      ];
    },
  };
}
