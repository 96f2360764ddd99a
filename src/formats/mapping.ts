import { ConfigurationError, shown } from "../model/errors.ts";
import { USAGE_CLASSES } from "../model/usage.ts";
import { isObject } from "../wire/json.ts";
import { parseCondition, type Condition } from "./condition.ts";
import { scalarText } from "./scalar-text.ts";

/** What a mapping can say where to find. `promptTokens` and `completionTokens` include what is cached and reasoned. */
const MAPPED_FIELDS = [
  ...["startedAt", "endedAt", "durationSeconds", "durationMilliseconds", "model", "provider", "operation"],
  ...["id", "requests", "endpoint", "zone"],
  ...["promptTokens", "completionTokens"],
  ...USAGE_CLASSES,
] as unknown as readonly MappedField[];

export type MappedField =
  | "startedAt"
  | "endedAt"
  | "durationSeconds"
  | "durationMilliseconds"
  | "model"
  | "provider"
  | "operation"
  | "id"
  | "requests"
  | "endpoint"
  | "zone"
  | "promptTokens"
  | "completionTokens"
  | (typeof USAGE_CLASSES)[number];

/** Where a file of records of another kind has what a request is made of. */
export interface Mapping {
  /** The path of the list of records, such as `data.items`. @default the file's own list or lines */
  readonly records?: string | undefined;
  /** The columns or paths of each field; of a count, all that add up to it. */
  readonly fields: Readonly<Partial<Record<MappedField, readonly string[]>>>;
  /** Records that do not meet all of these are passed over. */
  readonly where?: readonly Condition[] | undefined;
  /** Records that meet one of these are requests that failed. */
  readonly failed?: readonly Condition[] | undefined;
  /** What all records have. */
  readonly fixed?: Readonly<Partial<Record<MappedField, string>>> | undefined;
}

/** The parts of a mapping as they are written, on the command line or in a file. */
export interface WrittenMapping {
  /** `field=column` or `field=column+column`; `records=path`. */
  readonly map?: readonly string[] | undefined;
  readonly where?: readonly string[] | undefined;
  readonly failed?: readonly string[] | undefined;
  /** `field=value`. */
  readonly set?: readonly string[] | undefined;
}

/**
 * @throws ConfigurationError for a field that does not exist, for a field and the sum that includes it, or without
 *   `startedAt` and `model`
 */
export function parseMapping({ map = [], where = [], failed = [], set = [] }: WrittenMapping): Mapping {
  const fields: Partial<Record<MappedField, readonly string[]>> = {};
  let records: string | undefined;
  for (const pair of map) {
    const [field = "", columns = ""] = pair.split(/=(.*)/s);
    if (field === "records" && columns !== "") records = columns;
    else fields[checkedField(field, columns, pair, "--map")] = columns.split("+").map((column) => column.trim());
  }
  const fixed: Partial<Record<MappedField, string>> = {};
  for (const pair of set) {
    const [field = "", value = ""] = pair.split(/=(.*)/s);
    fixed[checkedField(field, value, pair, "--set")] = value;
  }
  check(fields, fixed);
  return {
    records,
    fields,
    fixed,
    where: where.map((text) => parseCondition(text, "--where")),
    failed: failed.map((text) => parseCondition(text, "--failed")),
  };
}

function checkedField(field: string, value: string, pair: string, option: string): MappedField {
  if (value !== "" && (MAPPED_FIELDS as readonly string[]).includes(field)) return field as MappedField;
  throw new ConfigurationError(
    option,
    `${shown(pair)} maps no field`,
    `Write field=${option === "--map" ? "column" : "value"}; fields: ${MAPPED_FIELDS.join(", ")}.`,
  );
}

function check(fields: Mapping["fields"], fixed: NonNullable<Mapping["fixed"]>): void {
  for (const needed of ["startedAt", "model"] as const) {
    if (!fields[needed] && fixed[needed] === undefined) {
      throw new ConfigurationError("--map", `${needed} is not mapped`, `Add ${needed}=column.`);
    }
  }
  for (const [sum, part] of [
    ["promptTokens", "inputTokens"],
    ["completionTokens", "outputTokens"],
  ] as const) {
    if (fields[sum] && fields[part]) {
      throw new ConfigurationError(
        "--map",
        `${part} would be counted twice, because ${sum} includes it`,
        `Map one of them: ${sum} where the column includes what is cached or reasoned, else ${part}.`,
      );
    }
  }
}

/**
 * A mapping as a file has it: an object with `map` (fields and columns), `where`, `failed` and `set`.
 *
 * @throws ConfigurationError for anything else
 */
export function writtenMapping(file: unknown, name: string): WrittenMapping {
  const known = ["map", "where", "failed", "set", "records"];
  const wrong = isObject(file) ? Object.keys(file).find((key) => !known.includes(key)) : "";
  if (!isObject(file) || wrong !== undefined) {
    throw new ConfigurationError(
      name,
      wrong ? `${shown(wrong)} is not a part of a mapping` : "it is not a mapping",
      `Known are ${known.join(", ")}.`,
    );
  }
  const pairs = (part: unknown): string[] =>
    Object.entries(isObject(part) ? part : {}).map(([field, value]) => `${field}=${joined(value)}`);
  const listed = (part: unknown): string[] =>
    Array.isArray(part) ? part.map(String) : part === undefined ? [] : [scalarText(part) ?? ""];
  return {
    map: [
      ...pairs(file["map"]),
      ...(file["records"] === undefined ? [] : [`records=${scalarText(file["records"]) ?? ""}`]),
    ],
    where: listed(file["where"]),
    failed: listed(file["failed"]),
    set: pairs(file["set"]),
  };
}

const joined = (value: unknown): string => (Array.isArray(value) ? value.join("+") : (scalarText(value) ?? ""));
