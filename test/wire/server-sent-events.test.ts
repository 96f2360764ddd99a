import fc from "fast-check";
import { expect, test } from "vitest";

import type { StreamEvent } from "../../src/wire/framing.ts";
import { serverSentEvents as framing } from "../../src/wire/server-sent-events.ts";

const serverSentEvents = (text: string, fromStart: boolean): StreamEvent[] =>
  framing.events({ text, bytes: Buffer.from(text) }, fromStart);

const eventsIn = (text: string, fromStart = true): readonly (readonly [string | undefined, string])[] =>
  serverSentEvents(text, fromStart).map(({ event, data }) => [event, data]);

test.for([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
] as const)("lines end in %s", ([, end]) => {
  const text = ["event: greeting", 'data: {"a":1}', "", "data: two", "data: lines", "", ""].join(end);
  expect(eventsIn(text)).toStrictEqual([
    ["greeting", '{"a":1}'],
    [undefined, "two\nlines"],
  ]);
});

test.for([
  ["ends that differ", "data: a\n\r\ndata: b\r\n\ndata: c\r\r\n", ["a", "b", "c"]],
  ["a comment before the data", ": ping\ndata: a\n\n:\n\ndata: b\n\n", ["a", "b"]],
  ["an id and a retry", "id: 1\nretry: 10\ndata: a\n\n", ["a"]],
  ["no space behind the colon", "data:a\n\ndata:  b\n\n", ["a", " b"]],
  ["colons in the data", "data: a: b\n\n", ["a: b"]],
  ["no blank line at the end", "data: a\n\ndata: b", ["a", "b"]],
  ["blank lines at will", "\n\n\ndata: a\n\n\n\ndata: b\n\n", ["a", "b"]],
  ["a byte order mark", "\uFEFFdata: a\n\n", ["a"]],
  ["events of no data", "event: ping\n\ndata: a\n\n", ["a"]],
  ["nothing", "", []],
] as const)("%s", ([, text, data]) => {
  expect(eventsIn(text).map(([, value]) => value)).toStrictEqual(data);
});

test("a piece that begins inside an event leaves it out", () => {
  expect(eventsIn('en":"x"}\n\ndata: b\n\n', false)).toStrictEqual([[undefined, "b"]]);
  expect(eventsIn("no end of it", false)).toStrictEqual([]);
});

test("data is an object when it is JSON of one", () => {
  const text = 'data: {"a":\ndata: 1}\n\ndata:  {"b":2}\n\ndata: [1]\n\ndata: [DONE]\n\ndata: {"c"\n\n';
  expect(serverSentEvents(text, true).map(({ object }) => object)).toStrictEqual([
    { a: 1 },
    { b: 2 },
    undefined,
    undefined,
    undefined,
  ]);
});

test("an event is of the type it is named, else of the one its data begins with", () => {
  const text = 'event: one\ndata: {"type":"other"}\n\ndata: {"type": "two"}\n\ndata: {"a":{"type":"three"}}\n\n';
  expect(serverSentEvents(text, true).map(({ type }) => type)).toStrictEqual(["one", "two", undefined]);
});

test("any events come out as they went in, whatever the ends of lines", () => {
  const line = fc.string().filter((text) => !/[\r\n\uFEFF]/.test(text));
  const events = fc.array(fc.array(line, { minLength: 1, maxLength: 3 }));
  fc.assert(
    fc.property(events, fc.constantFrom("\n", "\r\n", "\r"), (data, end) => {
      const text = data.map((lines) => lines.map((value) => `data: ${value}${end}`).join("") + end).join("");
      expect(eventsIn(text).map(([, value]) => value)).toStrictEqual(data.map((lines) => lines.join("\n")));
    }),
  );
});
