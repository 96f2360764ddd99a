import { createHash } from "node:crypto";

import { isCounted, USAGE_CLASSES, type Usage } from "../model/usage.ts";
import { at, disjointUsage, failure, hostOf, reported, sumOf, usageOf } from "./fields.ts";
import { matchesAll, matchesAny } from "./condition.ts";
import type { Mapping, MappedField } from "./mapping.ts";
import { momentOf } from "./moment.ts";
import { numberOf, wholeOf } from "./number.ts";
import { PAST_REQUEST, type Fields, type Finding, type Notation, type RecordKind } from "./past-request.ts";
import { providerNamed } from "./provider-names.ts";
import { RejectedRecord } from "./rejected-record.ts";

/** A kind of any file of records, by a mapping. */
export interface MappedKind extends RecordKind {
  /** The columns that the mapping names. */
  readonly columns: readonly string[];
}

/** Any file of records, by a mapping from our fields to its names. */
export function mappedRecords(mapping: Mapping): MappedKind {
  const { fields, where = [], failed = [] } = mapping;
  const columns = [...new Set(Object.values(fields).flat())];
  return {
    name: "mapped",
    columns,
    matches: (record) => columns.some((column) => at(record, column) !== undefined),
    read: (record, notation) => [
      matchesAll(where, record)
        ? requestOf(record, mapping, matchesAny(failed, record), notation)
        : { passedOver: "records that --where leaves out" },
    ],
  };
}

function requestOf(record: Fields, mapping: Mapping, isFailure: boolean, notation: Notation): Finding {
  const { fixed = {} } = mapping;
  const valueOf = (field: MappedField): unknown => {
    const [column] = mapping.fields[field] ?? [];
    return (column === undefined ? undefined : at(record, column)) ?? fixed[field];
  };
  const textOf = (field: MappedField): string | undefined => {
    const value = valueOf(field);
    return typeof value === "number" ? String(value) : typeof value === "string" && value !== "" ? value : undefined;
  };
  const model = textOf("model");
  if (model === undefined) throw new RejectedRecord("the model is missing");
  const startedAt = momentOf(valueOf("startedAt"), "startedAt", notation.dates, notation.now);
  const requests = wholeOf(valueOf("requests"), "requests", notation.decimal) ?? 1;
  const usage = usageOfRecord(record, mapping, notation);
  if (requests === 0 && usage) throw new RejectedRecord("requests is 0, and its usage is not");
  if (requests === 0) return { passedOver: "periods without use" };
  const id = textOf("id");
  const provider = textOf("provider");
  return {
    ...PAST_REQUEST,
    id: id === undefined ? undefined : `${id}:${digest([startedAt, model, provider])}`,
    requests,
    provider: provider === undefined ? "unknown" : providerNamed(provider),
    host: hostOf(textOf("endpoint")) || (textOf("endpoint") ?? ""),
    zone: textOf("zone"),
    operation: textOf("operation") ?? "chat",
    requestedModel: model,
    startedAtMilliseconds: startedAt,
    durationSeconds: durationOf(valueOf, startedAt, notation),
    ...(isFailure ? { ...failure(), ...(usage && reported(usage)) } : reported(usage)),
    labelSources: [record],
  };
}

/** An id counts for its model and time: two services may both have a request 1. */
const digest = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 8);

function durationOf(valueOf: (field: MappedField) => unknown, startedAt: number, notation: Notation): number {
  const ended = valueOf("endedAt");
  if (ended !== undefined && ended !== null && ended !== "") {
    return Math.max(0, momentOf(ended, "endedAt", notation.dates, notation.now) - startedAt) / 1000;
  }
  const milliseconds = numberOf(valueOf("durationMilliseconds"), "durationMilliseconds", notation.decimal);
  return milliseconds === undefined
    ? (numberOf(valueOf("durationSeconds"), "durationSeconds", notation.decimal) ?? 0)
    : milliseconds / 1000;
}

/** Each field is the sum of its columns. */
function usageOfRecord(record: Fields, { fields }: Mapping, { decimal }: Notation): Usage | undefined {
  const sum = (field: MappedField, isWhole = true): number | undefined =>
    sumOf(
      ...(fields[field] ?? []).map((column) => (isWhole ? wholeOf : numberOf)(at(record, column), column, decimal)),
    );
  const own = usageOf(
    Object.fromEntries(USAGE_CLASSES.map((usageClass) => [usageClass, sum(usageClass, isCounted(usageClass))])),
  );
  if (!fields.promptTokens && !fields.completionTokens) return own;
  const inclusive = disjointUsage({
    input: sum("promptTokens"),
    cacheRead: own?.cacheReadTokens,
    cacheWrite: own?.cacheWriteTokens,
    output: sum("completionTokens"),
    reasoning: own?.reasoningTokens,
  });
  return own || inclusive ? { ...own, ...inclusive } : undefined;
}
