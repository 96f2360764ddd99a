import fc from "fast-check";
import { expect, test } from "vitest";

import { Excerpt } from "../../src/transport/excerpt.ts";

const chunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => bytes.map((byte) => byte % 128)),
);

test("an excerpt is the beginning and the end of what was added, bounded", () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const excerpt = new Excerpt();
      for (const part of parts) excerpt.add(part);
      const text = Buffer.concat(parts).toString();
      expect(excerpt.totalBytes).toBe(text.length);
      expect(text.startsWith(excerpt.head())).toBe(true);
      expect(text.endsWith(excerpt.tail())).toBe(true);
      expect(text.endsWith(excerpt.tail(100))).toBe(true);
      expect(excerpt.tail()).toHaveLength(excerpt.tailBytes);
      expect(excerpt.tail().length).toBeGreaterThanOrEqual(Math.min(text.length, 16 * 1024));
      expect(excerpt.tail().length).toBeLessThanOrEqual(2 * (16 * 1024 + 3000));
      expect(excerpt.tail(100).length).toBeGreaterThanOrEqual(Math.min(text.length, 100));
      expect(excerpt.covers(excerpt.tailBytes)).toBe(excerpt.tail() === text);
    }),
  );
});
