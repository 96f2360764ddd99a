import { RejectedRecord } from "./rejected-record.ts";

/** What separates a number's whole part from its fraction; the other marks group its digits. */
export type DecimalMark = "point" | "comma";

/** Digits in groups of three: by space, no-break or thin space, apostrophe or underscore, or by the mark that is not the decimal one. */
const GROUPED: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^[+]?\d{1,3}(?:[, \u00a0\u202f\u2009'’_]\d{3})+(?:\.\d+)?$/,
  comma: /^[+]?\d{1,3}(?:[. \u00a0\u202f\u2009'’_]\d{3})+(?:,\d+)?$/,
};
const PLAIN: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^[+]?\d+(?:\.\d+)?(?:e[+]?\d+)?$/i,
  comma: /^[+]?\d+(?:,\d+)?(?:e[+]?\d+)?$/i,
};
/** Is a thousand in half of Europe and one elsewhere. */
const AMBIGUOUS = /^[+]?\d{1,3}[.,]\d{3}$/;

/**
 * A number of at least 0, as JSON or as text writes it; undefined where there is none.
 *
 * @param name of the field, for the reason
 * @param decimal how fractions are written; without it, a text that could mean two numbers is rejected
 * @throws RejectedRecord for anything else
 */
export function numberOf(value: unknown, name: string, decimal?: DecimalMark): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" ? parsedNumber(value.trim(), name, decimal) : value;
  if (number === undefined) return undefined;
  if (typeof number !== "number" || !(number >= 0 && number < Infinity)) {
    throw new RejectedRecord(`${name} is not a number of at least 0`);
  }
  return number;
}

function parsedNumber(text: string, name: string, decimal: DecimalMark | undefined): number | undefined {
  if (text === "") return undefined;
  if (decimal === undefined && AMBIGUOUS.test(text)) {
    throw new RejectedRecord(`${name} can be read as two numbers; say --decimal point or --decimal comma`);
  }
  const mark = decimal ?? "point";
  if (PLAIN[mark].test(text)) return Number(text.replace(",", "."));
  if (decimal !== undefined && GROUPED[mark].test(text)) {
    const grouping = mark === "point" ? /[^\d.+]/g : /[^\d,+]/g;
    return Number(text.replaceAll(grouping, "").replace(",", "."));
  }
  if (decimal === undefined && PLAIN.comma.test(text)) {
    throw new RejectedRecord(`${name} has a comma; say --decimal comma where it is a decimal one`);
  }
  if (decimal === undefined && (GROUPED.point.test(text) || GROUPED.comma.test(text))) {
    throw new RejectedRecord(`${name} groups its digits; say --decimal point or --decimal comma`);
  }
  throw new RejectedRecord(`${name} is not a number of at least 0`);
}

/** A whole number of at least 0; undefined where there is none. @throws RejectedRecord for anything else */
export function wholeOf(value: unknown, name: string, decimal?: DecimalMark): number | undefined {
  const number = numberOf(value, name, decimal);
  if (number !== undefined && !Number.isSafeInteger(number)) throw new RejectedRecord(`${name} is not a whole number`);
  return number;
}
