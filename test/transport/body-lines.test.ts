import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { BodyLines } from "../../src/transport/body-lines.ts";

/** The lines of a body that comes in pieces; of long ones their beginning and end. */
function linesOf(bytes: Buffer, sizes: readonly number[]): string[] {
  const lines: string[] = [];
  const reader = new BodyLines(({ text, excerpt }) => lines.push(text ?? `${excerpt.head()}…${excerpt.tail(64)}`));
  // One piece of memory for all chunks, as a reader with a buffer of its own has it.
  const memory = Buffer.alloc(bytes.length);
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length]!;
    const chunk = memory.subarray(0, bytes.subarray(at, at + size).length);
    bytes.copy(chunk, 0, at, at + size);
    reader.add(chunk);
    chunk.fill(0x78);
    at += size;
  }
  reader.end();
  return lines;
}

const expected = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

describe("the lines of a body", () => {
  const text = fc.array(fc.constantFrom("a", "é", "\n", "\r\n", '{"a":1}', " ", "\u{1F600}"), { maxLength: 60 });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  test("are the same however it comes, whoever uses its memory again", () => {
    fc.assert(
      fc.property(text, sizes, (parts, of) => {
        const whole = parts.join("");
        expect(linesOf(Buffer.from(whole), of)).toStrictEqual(expected(whole));
      }),
    );
  });

  test("are the same of a body that was read as text", () => {
    fc.assert(
      fc.property(text, (parts) => {
        const lines: string[] = [];
        const reader = new BodyLines((line) => lines.push(line.text ?? ""));
        reader.addText(parts.join(""));
        reader.end();
        expect(lines).toStrictEqual(expected(parts.join("")));
      }),
    );
  });

  test("that are too long to be kept have their beginning and their end", () => {
    const long = `begin${"x".repeat(200_000)}end`;
    const bytes = Buffer.from(`short\n${long}\nlast`);
    const [short, cut, last] = linesOf(bytes, [bytes.length]);
    expect([short, last]).toStrictEqual(["short", "last"]);
    expect(cut).toMatch(/^begin/);
    expect(cut!.length).toBeLessThan(5000);
  });
});
