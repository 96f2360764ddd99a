import assert from "node:assert/strict";

/** Asserts that a value has at least the properties that are expected of it; lists have as many items. */
export function matches(actual: unknown, expected: unknown): void {
  if (typeof expected !== "object" || expected === null) {
    assert.equal(actual, expected);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, `expected an object, got ${String(actual)}`);
  if (Array.isArray(expected)) assert.equal((actual as readonly unknown[]).length, expected.length);
  for (const [key, value] of Object.entries(expected)) matches((actual as Record<string, unknown>)[key], value);
}
