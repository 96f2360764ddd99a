import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import nodeFetch from "node-fetch";
import { expect, test } from "vitest";

import { serveBytes } from "./byte-server.ts";
import { collected, tapped } from "./tapped.ts";

/** The transport of openai 4: its bodies are streams of Node. */
const fetch = nodeFetch as unknown as typeof globalThis.fetch;
const nodeBody = (response: Response) => response.body as unknown as NodeJS.ReadableStream & { destroy(): void };

const WORDS = ["one ", "two ", "three"];
const WHOLE = WORDS.join("");

test.for([
  ["text()", (response: Response) => response.text()],
  ["arrayBuffer()", async (response: Response) => Buffer.from(await response.arrayBuffer()).toString()],
  ["its stream", (response: Response) => text(nodeBody(response))],
  [
    "a clone and the original",
    async (response: Response) => {
      const [one] = await Promise.all([response.clone().text(), response.text()]);
      return one;
    },
  ],
] as const)("read by %s all of it is seen, once", async ([, read]) => {
  await using server = await serveBytes({ chunks: WORDS });
  const { response, seen } = tapped(await fetch(server.url));
  expect(await read(response)).toBe(WHOLE);
  expect(seen).toStrictEqual({ endings: ["complete"], errors: [], content: WHOLE, totalBytes: WHOLE.length });
  expect([response.constructor.name, Object.keys(response)]).toStrictEqual(["Response", ["size", "timeout"]]);
});

test("left by break, it is broken by the abort that Node makes of that", async () => {
  await using server = await serveBytes({ chunks: WORDS, holdAfter: 1 });
  const { response, seen } = tapped(await fetch(server.url));
  for await (const _ of nodeBody(response)) break;
  await turn();
  expect(seen).toMatchObject({ endings: ["broken"], errors: [{ name: "AbortError" }], content: "one " });
});

test("aborted, it is broken, and the application gets the error of a bare one", async () => {
  await using server = await serveBytes({ chunks: WORDS, holdAfter: 1 });
  const outcomes = await Promise.all(
    [false, true].map(async (tap) => {
      const controller = new AbortController();
      const answer = await fetch(server.url, { signal: controller.signal });
      const seen = tap ? tapped(answer).seen : undefined;
      const reading = answer.text().catch((error: unknown) => error as Error);
      controller.abort();
      const thrown = (await reading) as Error;
      return { name: thrown.name, message: thrown.message, endings: seen?.endings };
    }),
  );
  const [bare, wrapped] = outcomes;
  expect(wrapped).toStrictEqual({ ...bare, endings: ["broken"] });
});

test("never read, it is seen when it is collected", async () => {
  await using server = await serveBytes({ chunks: [Buffer.alloc(100_000)] });
  const seen = await (async () => tapped(await fetch(server.url)).seen)();
  await server[Symbol.asyncDispose]();
  await collected(() => seen.endings.length > 0);
  expect(seen.endings).toHaveLength(1);
});
