import fc from "fast-check";
import { expect, test } from "vitest";

import { ByRequest } from "../../src/budgets/accounts/by-request.ts";

/** Few ids, many of which want the same places: equal at their ends, or no longer than a character. */
const id = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(String),
  fc.integer({ min: 0, max: 40 }).map((number) => `${number}-00000000`),
  fc.constantFrom("", "__proto__", "constructor", "toString"),
  fc.uuid(),
);
const step = fc.record({ deletes: fc.boolean(), id });

test("a table by request holds what a Map holds, whatever is set and deleted in it", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new ByRequest<object>();
      const map = new Map<string, object>();
      for (const { deletes, id } of steps) {
        const value = {};
        if (deletes) {
          expect(table.delete(id)).toBe(map.get(id));
          map.delete(id);
        } else {
          table.set(id, value);
          map.set(id, value);
        }
        expect(table.size).toBe(map.size);
        expect(table.get(id)).toBe(map.get(id));
        expect(table.has(id)).toBe(map.has(id));
      }
      expect(new Map(table.entries())).toStrictEqual(map);
      for (const [id, value] of map) expect(table.get(id)).toBe(value);
    }),
  );
});
