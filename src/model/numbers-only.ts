/** Far beyond any provider's usage object; what is larger is not one. */
const DEEPEST = 6;
const LONGEST_NAME = 64;

/**
 * A value with nothing in it but numbers, and the objects and lists that they stand in: no text, which is where a prompt
 * could hide.
 *
 * @returns undefined where there is nothing of the kind
 */
export function numbersOnly(value: unknown, depth = 0): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || value === null || depth === DEEPEST) return undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const kept = numbersOnly(item, depth + 1);
      return kept === undefined ? [] : [kept];
    });
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const kept = name.length > LONGEST_NAME ? undefined : numbersOnly(item, depth + 1);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}
