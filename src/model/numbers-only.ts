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
  if (Array.isArray(value))
    return value.map((item) => numbersOnly(item, depth + 1)).filter((kept) => kept !== undefined);
  const numbers: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const kept =
      name.length > LONGEST_NAME ? undefined : numbersOnly((value as Record<string, unknown>)[name], depth + 1);
    if (kept === undefined) continue;
    if (name !== "__proto__") numbers[name] = kept;
    // Assigning it would take it for more than a name.
    else Object.defineProperty(numbers, name, { value: kept, writable: true, enumerable: true, configurable: true });
  }
  return numbers;
}
