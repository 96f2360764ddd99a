import { ConfigurationError, shown } from "../model/errors.ts";
import { at } from "./fields.ts";
import { scalarText } from "./scalar-text.ts";
import type { Fields } from "./past-request.ts";

/** What a record's column must be. */
export interface Condition {
  readonly column: string;
  readonly operator: "=" | "!=" | ">=" | "<=" | ">" | "<";
  /** For `=` and `!=`, any of them. */
  readonly values: readonly string[];
}

/**
 * @param text such as `type=GENERATION`, `status!=ok|cached` or `status>=400`
 * @throws ConfigurationError for anything else
 */
export function parseCondition(text: string, option: string): Condition {
  const [, column, operator, value] = /^(.+?)(!=|>=|<=|=|>|<)(.*)$/s.exec(text) ?? [];
  const isNumeric = operator !== undefined && /[<>]/.test(operator);
  if (column === undefined || (isNumeric && (value === "" || Number.isNaN(Number(value))))) {
    throw new ConfigurationError(
      option,
      `expected a condition, got ${shown(text)}`,
      "Write column=value, column!=value, column=one|other, or column>=number.",
    );
  }
  return {
    column: column.trim(),
    operator: operator as Condition["operator"],
    values: isNumeric ? [value!] : value!.split("|"),
  };
}

export const matchesAll = (conditions: readonly Condition[], record: Fields): boolean =>
  conditions.every((condition) => holds(condition, record));

export const matchesAny = (conditions: readonly Condition[], record: Fields): boolean =>
  conditions.some((condition) => holds(condition, record));

function holds({ column, operator, values }: Condition, record: Fields): boolean {
  const value = at(record, column);
  const text = scalarText(value) ?? (value === undefined || value === null ? "" : JSON.stringify(value));
  const among = values.some((each) => each.toLowerCase() === text.toLowerCase());
  const [left, right] = [text === "" ? NaN : Number(text), Number(values[0])];
  switch (operator) {
    case "=":
      return among;
    case "!=":
      return !among;
    case ">=":
      return left >= right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case "<":
      return left < right;
  }
}
