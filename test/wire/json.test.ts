import { describe, expect, test } from "vitest";
import fc from "fast-check";

import { firstString, lastObject } from "../../src/wire/json.ts";

const usageIn = (text: string, deepest = 1): unknown =>
  lastObject(text, "usage", deepest, ({ prompt_tokens: tokens }) => (typeof tokens === "number" ? tokens : undefined))
    ?.object;

describe("the last object of a key", () => {
  test.for([
    ["compact", '{"id":"a","usage":{"prompt_tokens":4}}'],
    ["pretty-printed", JSON.stringify({ id: "a", usage: { prompt_tokens: 4 }, last: null }, null, 2)],
    ["with tabs and CRLF", '{\r\n\t"usage"\t:\r\n\t{\t"prompt_tokens" : 4 }\r\n}\r\n'],
    ["before the answer", '{"usage":{"prompt_tokens":4},"choices":[{"message":{"content":"{}[]"}}]}'],
    ["with braces in strings", '{"usage":{"note":"}{\\"}","prompt_tokens":4},"choices":["]}","\\\\"]}'],
    ["without the beginning", 'cut off text"}],"usage":{"prompt_tokens":4}}'],
  ] as const)("%s", ([, text]) => {
    expect(usageIn(text)).toMatchObject({ prompt_tokens: 4 });
  });

  test.for([
    [
      "a tool's arguments",
      { usage: { prompt_tokens: 4 }, choices: [{ arguments: { usage: { prompt_tokens: 666 } } }] },
    ],
    ["a tool's schema", { usage: { prompt_tokens: 4 }, tools: [{ default: { usage: { prompt_tokens: 666 } } }] }],
    ["metadata", { usage: { prompt_tokens: 4 }, metadata: { usage: { prompt_tokens: 666 } } }],
    ["metadata as text", { usage: { prompt_tokens: 4 }, metadata: { usage: '{"prompt_tokens":666}' } }],
    ["an answer that quotes one", { usage: { prompt_tokens: 4 }, text: '"usage":{"prompt_tokens":666}' }],
    ["a schema of usage", { usage: { prompt_tokens: 4 }, schema: { usage: { prompt_tokens: { type: "number" } } } }],
    ["a list by that name", { usage: { prompt_tokens: 4 }, more: [{ usage: [{ prompt_tokens: 666 }] }] }],
  ])("is not mistaken for %s", ([, answer]) => {
    expect(usageIn(JSON.stringify(answer))).toStrictEqual({ prompt_tokens: 4 });
    expect(usageIn(JSON.stringify(answer, null, "\t"))).toStrictEqual({ prompt_tokens: 4 });
  });

  test("is not there where all that has the key is deeper", () => {
    const text = JSON.stringify({ choices: [{ arguments: { usage: { prompt_tokens: 666 } } }], usage: null });
    expect(usageIn(text)).toBeUndefined();
  });

  test("is found behind 10 MB", () => {
    const answer = { data: [{ b64_json: "A".repeat(10_000_000) }], usage: { prompt_tokens: 4 } };
    expect(usageIn(JSON.stringify(answer))).toStrictEqual({ prompt_tokens: 4 });
  });

  test("is given up where a text repeats the key to mislead", () => {
    const nested = '{"usage":'.repeat(200_000) + "{}" + "}".repeat(200_000);
    expect(usageIn(nested)).toBeUndefined();
  });

  test("is what JSON.parse finds, in any object", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (rest, tokens) => {
        const answer = { ...rest, usage: { prompt_tokens: tokens } };
        expect(usageIn(JSON.stringify(answer))).toStrictEqual(answer.usage);
        expect(usageIn(JSON.stringify({ response: answer }), 1)).toBeUndefined();
        expect(usageIn(JSON.stringify({ response: answer }), 2)).toStrictEqual(answer.usage);
      }),
    );
  });

  test("reading any text as JSON throws nothing", () => {
    const piece = fc.constantFrom('"usage"', ":", "{", "}", '"', "\\", "[", "]", " ", '"prompt_tokens"', "1", ",");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(() => usageIn(pieces.join(""))).not.toThrow();
      }),
    );
  });
});

test.for([
  ['{"model":"gpt-4o"}', "gpt-4o"],
  ['{"model" : \n "gpt-4o"}', "gpt-4o"],
  ['{"schema":{"model":{"type":"string"}},"model":"gpt-4o"}', "gpt-4o"],
  ['{"text":"\\"model\\":\\"other\\"","model":"gpt-4o"}', "gpt-4o"],
  ['{"model":null}', undefined],
  ['{"model":"gpt', undefined],
  ["", undefined],
] as const)("the first model in %j", ([text, model]) => {
  expect(firstString(text, "model")).toBe(model);
});

test("the first string of a key is read with its escapes, and keeps nothing of a long text in memory", () => {
  expect(firstString(String.raw`{"model":"vendor\/name \"x\"","usage":{}}`, "model")).toBe('vendor/name "x"');
  const heapAfterCollection = (): number => {
    (globalThis as { gc?: () => void }).gc!();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfterCollection();
  const answers = Array.from({ length: 64 }, (_, index) => {
    const text = `{"model":"a-model-with-a-long-name-${index}","content":"${index}${"word ".repeat(200_000)}"}`;
    return firstString(text, "model");
  });
  // The texts are of 64 MB together.
  expect(heapAfterCollection() - before).toBeLessThan(16e6);
  expect(answers).toHaveLength(64);
});
