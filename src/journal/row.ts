import type { SQLInputValue, SQLOutputValue } from "node:sqlite";

import { IMPACT_COLUMNS } from "../model/amounts.ts";
import type { Accounting, Criterion, Evidence, Footprint, Impact, Phase, ResolutionStep } from "../model/footprint.ts";
import { LONGEST_VALUE } from "../model/label-value.ts";
import { add, BOUNDS, type Range } from "../model/range.ts";
import type { Labels, Outcome, RequestRecord } from "../model/request.ts";
import type { Stated, StatementKind } from "../model/stated.ts";
import { USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import {
  ADDED_CONTEXT_COLUMNS,
  AMOUNT_COLUMNS,
  CONTEXT_COLUMNS,
  STATEMENT_COLUMN,
  type ContextColumn,
} from "./columns.ts";

/** A row as SQLite returns it. */
export type Row = Record<string, SQLOutputValue>;

/** A record as it is kept. */
export interface JournalledRecord extends RequestRecord {
  /** How many requests it stands for, where a source gives only their sum. @default 1 */
  readonly requests?: number;
}

type UsageByModel = NonNullable<RequestRecord["usageByModel"]>;

/** The longest `rawUsage` that is kept, in characters of JSON; the providers' are a few hundred. */
const RAW_USAGE_LIMIT = 4096;

const empty = null;

/** The longest name of a model or a host that is kept, in characters; an ARN has up to 200. */
const LONGEST_NAME = 512;

/** Cut to a length, never within a character. */
const bounded = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/\p{Cs}$/u, "\uFFFD");

/** As the totals have them: in order, and bounded. */
const labelsJson = (labels: Labels): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [name, bounded(value, LONGEST_VALUE)]),
    ),
  );

/** What a record has in common with others of its kind, in the order of {@link CONTEXT_COLUMNS}. */
export function contextValues(record: RequestRecord): (string | null)[] {
  const { footprint } = record;
  const values: Record<ContextColumn, string | undefined> = {
    provider: bounded(record.provider, LONGEST_VALUE),
    requestedModel: record.requestedModel && bounded(record.requestedModel, LONGEST_NAME),
    respondedModel: record.respondedModel && bounded(record.respondedModel, LONGEST_NAME),
    model: bounded(record.model, LONGEST_VALUE),
    operation: bounded(record.operation, LONGEST_VALUE),
    endpoint: bounded(record.endpoint, LONGEST_NAME),
    labels: labelsJson(record.labels),
    outcome: record.outcome,
    errorType: record.errorType,
    usageSource: record.usageSource,
    zone: record.zone,
    evidence: footprint?.evidence,
    accounting: footprint?.accounting,
    factorIds: footprint && JSON.stringify(footprint.factorIds),
    catalogueVersion: footprint?.catalogueVersion,
    resolution: footprint?.resolution,
    gridBasis: footprint?.gridIntensity?.basis,
    warnings: footprint && JSON.stringify(footprint.warnings),
    unattributedReason: record.unattributedReason,
    zoneBasis: record.zoneBasis,
    proxy: record.proxy,
    proxyReason: record.proxyReason,
    servedBy: record.servedBy,
    reasoningEffort: record.reasoningEffort,
    statement: record.statement,
  };
  return CONTEXT_COLUMNS.map((column) => values[column] ?? empty);
}

/**
 * A record's numbers in the order of `SUMMED_COLUMNS`; null where nothing is known.
 *
 * @throws RangeError when a number is not finite: SQLite would silently keep it as "unknown"
 */
export function summedValues(record: RequestRecord): (number | null)[] {
  const values: (number | null)[] = [];
  const take = (value: number | undefined): void => {
    if (value !== undefined && !Number.isFinite(value)) throw new RangeError(`a record holds the number ${value}`);
    values.push(value ?? empty);
  };
  take(record.attempts);
  take(record.durationSeconds);
  for (const usageClass of USAGE_CLASSES) take(record.usage?.[usageClass]);
  for (const [criterion, phase] of IMPACT_COLUMNS) {
    const amount = record.footprint?.[criterion]?.phases[phase];
    for (const bound of BOUNDS) take(amount?.[bound]);
  }
  return values;
}

/** The columns that are a request's own and never summed. */
export const OWN_COLUMNS = [
  "id",
  "startedAt",
  "requests",
  "timeToFirstTokenSeconds",
  "gridGramsPerKilowattHour",
  "rawUsage",
  "usageByModel",
  "stated",
  "statedToEstimatedRatio",
] as const;

/** What a request's own values are made of. */
export type OwnPart = Pick<
  JournalledRecord,
  | "id"
  | "startedAt"
  | "requests"
  | "timeToFirstTokenSeconds"
  | "footprint"
  | "rawUsage"
  | "usageByModel"
  | "stated"
  | "statedToEstimatedRatio"
>;

/** A request's own values, in the order of {@link OWN_COLUMNS}. */
export function ownValues(record: OwnPart): SQLInputValue[] {
  const startedAt = record.startedAt.getTime();
  if (!Number.isFinite(startedAt)) throw new RangeError("a record's startedAt is not a date");
  return [
    record.id,
    startedAt,
    record.requests ?? 1,
    record.timeToFirstTokenSeconds ?? empty,
    record.footprint?.gridIntensity?.gramsPerKilowattHour ?? empty,
    rawUsageJson(record.rawUsage),
    record.usageByModel ? JSON.stringify(record.usageByModel) : empty,
    record.stated ? JSON.stringify(record.stated) : empty,
    record.statedToEstimatedRatio ?? empty,
  ];
}

/** The provider's usage object without its strings, which are where a prompt could hide. */
function rawUsageJson(rawUsage: unknown): string | null {
  if (rawUsage === undefined || rawUsage === null) return empty;
  const json = JSON.stringify(rawUsage, (_key, value: unknown) => (typeof value === "string" ? undefined : value)) as
    string | undefined;
  return json !== undefined && json.length <= RAW_USAGE_LIMIT ? json : empty;
}

/** The record that a row of `request` joined with its context was made from. */
export function recordOf(row: Row): JournalledRecord {
  return {
    id: row["id"] as string,
    ...(row["requests"] !== 1 && { requests: row["requests"] as number }),
    ...contextOf(row),
    attempts: row["attempts"] as number,
    startedAt: new Date(row["startedAt"] as number),
    durationSeconds: row["durationSeconds"] as number,
    timeToFirstTokenSeconds: (row["timeToFirstTokenSeconds"] ?? undefined) as number | undefined,
    usage: row["usageSource"] === "missing" ? undefined : usageOf(row),
    ...(row["usageByModel"] != null && { usageByModel: JSON.parse(row["usageByModel"] as string) as UsageByModel }),
    ...(row["stated"] != null && { stated: JSON.parse(row["stated"] as string) as Stated }),
    ...(row["statedToEstimatedRatio"] != null && { statedToEstimatedRatio: row["statedToEstimatedRatio"] as number }),
    rawUsage: row["rawUsage"] == null ? undefined : (JSON.parse(row["rawUsage"] as string) as unknown),
    footprint: footprintOf(row),
  };
}

/** What requests of one kind have in common, besides the provenance of their footprint. */
export type JournalContext = Pick<
  RequestRecord,
  | "provider"
  | "requestedModel"
  | "respondedModel"
  | "model"
  | "operation"
  | "endpoint"
  | "labels"
  | "outcome"
  | "errorType"
  | "usageSource"
  | "zone"
  | "zoneBasis"
  | "proxy"
  | "proxyReason"
  | "servedBy"
  | "reasoningEffort"
  | "statement"
  | "unattributedReason"
>;

export function contextOf(row: Row): JournalContext {
  const text = (column: ContextColumn) => (row[column] ?? undefined) as string | undefined;
  return {
    provider: text("provider")!,
    requestedModel: text("requestedModel"),
    respondedModel: text("respondedModel"),
    model: text("model")!,
    operation: text("operation")!,
    endpoint: text("endpoint")!,
    labels: JSON.parse(text("labels")!) as Labels,
    outcome: text("outcome") as Outcome,
    errorType: text("errorType"),
    usageSource: text("usageSource") as UsageSource,
    zone: text("zone"),
    ...Object.fromEntries(
      ADDED_CONTEXT_COLUMNS.flatMap((column) => (row[column] == null ? [] : [[column, row[column]]])),
    ),
    ...(row[STATEMENT_COLUMN] != null && { statement: row[STATEMENT_COLUMN] as StatementKind }),
    unattributedReason: text("unattributedReason") as RequestRecord["unattributedReason"],
  };
}

export function usageOf(row: Row): Usage {
  return Object.fromEntries(
    USAGE_CLASSES.flatMap((usageClass) => (row[usageClass] == null ? [] : [[usageClass, row[usageClass]]])),
  );
}

/** The footprint that a row or a sum of rows holds; undefined where nothing was attributed. */
export function footprintOf(row: Row): Footprint | undefined {
  if (row["evidence"] == null) return undefined;
  const impacts: Partial<Record<Criterion, Impact>> = {};
  for (const [slot, [criterion, phase]] of IMPACT_COLUMNS.entries()) {
    const amount = rangeOf(row, slot);
    if (amount) impacts[criterion] = withPhase(impacts[criterion], phase, amount);
  }
  return {
    ...impacts,
    evidence: row["evidence"] as Evidence,
    accounting: row["accounting"] as Accounting,
    factorIds: JSON.parse(row["factorIds"] as string) as string[],
    catalogueVersion: row["catalogueVersion"] as string,
    ...(row["resolution"] != null && { resolution: row["resolution"] as ResolutionStep }),
    ...(row["gridGramsPerKilowattHour"] != null && {
      gridIntensity: {
        basis: row["gridBasis"] as "annual" | "live",
        gramsPerKilowattHour: row["gridGramsPerKilowattHour"] as number,
      },
    }),
    warnings: JSON.parse(row["warnings"] as string) as string[],
  };
}

function rangeOf(row: Row, slot: number): Range | undefined {
  const [low, central, high] = BOUNDS.map((_bound, index) => row[AMOUNT_COLUMNS[slot * BOUNDS.length + index]!]);
  return low == null ? undefined : { low: low as number, central: central as number, high: high as number };
}

function withPhase(impact: Impact | undefined, phase: Phase, amount: Range): Impact {
  const none: Range = { low: 0, central: 0, high: 0 };
  const total = impact ?? none;
  return {
    ...(phase === "training" ? { low: total.low, central: total.central, high: total.high } : add(total, amount)),
    phases: { ...impact?.phases, [phase]: amount },
  };
}
