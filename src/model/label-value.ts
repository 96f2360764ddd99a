/** In UTF-16 code units; OpenMetrics limits an exemplar's labels to the same length. */
export const LONGEST_VALUE = 128;

/**
 * A label value that every reader of the exposition can take, and that no client can make long: at most 128 characters,
 * with control characters and lone surrogates replaced by U+FFFD. What is not a string, number or boolean becomes the empty
 * value.
 */
export function sanitizeLabelValue(value: unknown): string {
  if (typeof value === "string" && PLAIN.test(value)) return value;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return "";
  return String(value)
    .slice(0, LONGEST_VALUE)
    .replace(/[\p{Cc}\p{Cs}]/gu, "\uFFFD");
}

/** Nearly every value: a short text of printable ASCII. */
const PLAIN = /^[ -~]{0,128}$/;
