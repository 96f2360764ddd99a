import type OpenAI from "openai";
import { expect, test } from "vitest";

import { observe, type Wrapper } from "./contract.ts";
import { clientShapes } from "./openai/clients.ts";
import { connectionShapes } from "./openai/connections.ts";
import { promiseShapes } from "./openai/promises.ts";
import { openaiSdk, type OpenAIShape } from "./openai/sdk.ts";
import { streamShapes } from "./openai/streams.ts";

const sdk = await openaiSdk(7, import("openai"));
const shapes = [...promiseShapes, ...streamShapes, ...clientShapes, ...connectionShapes];

function shapeNamed(name: string): OpenAIShape {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (!shape) throw new Error(`no shape is named ${name}`);
  return shape;
}

const wrapping = (wrap: (client: OpenAI) => OpenAI): Wrapper => ({ wrap: wrap as Wrapper["wrap"], records: [] });

/** Replaces what a client fetches with. */
const fetching = (change: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch): Wrapper =>
  wrapping((client) => {
    const slot = client as unknown as { fetch: typeof globalThis.fetch };
    slot.fetch = change(slot.fetch);
    return client;
  });

/** A proxy all the way down whose methods are async functions, as many wrappers are made. */
function asyncProxy<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value === "function") {
        return async (...parameters: unknown[]) => (await Reflect.apply(value, object, parameters)) as unknown;
      }
      return typeof value === "object" && value !== null ? asyncProxy(value) : value;
    },
  });
}

const misbehaving: readonly { what: string; shape: string; seenBy: "application" | "provider"; wrapper: Wrapper }[] = [
  {
    what: "a proxy of async methods",
    shape: "create, as the promise that it is",
    seenBy: "application",
    wrapper: wrapping(asyncProxy),
  },
  {
    what: "a proxy that stands in for the client",
    shape: "a subclass with private fields and hooks of its own",
    seenBy: "application",
    wrapper: wrapping((client) => new Proxy(client, {})),
  },
  {
    what: "a clone that is read in the background",
    shape: "asResponse, then its body left",
    seenBy: "provider",
    wrapper: fetching((fetch) => async (input, init) => {
      const response = await fetch(input, init);
      void response.clone().text();
      return response;
    }),
  },
  {
    what: "a response that is rebuilt",
    shape: "withResponse",
    seenBy: "application",
    wrapper: fetching((fetch) => async (input, init) => {
      const response = await fetch(input, init);
      return new Response(response.body, response);
    }),
  },
  {
    what: "a stream that ends early",
    shape: "stream with its usage",
    seenBy: "application",
    wrapper: fetching((fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const text = await response.text();
      return new Response(text.slice(0, text.lastIndexOf("data: {")), response);
    }),
  },
  {
    what: "a header of its own",
    shape: "create",
    seenBy: "provider",
    wrapper: fetching(
      (fetch) => (input, init) => fetch(input, { ...init, headers: [...new Headers(init?.headers), ["x-meter", "1"]] }),
    ),
  },
  {
    what: "an attempt of its own",
    shape: "400",
    seenBy: "provider",
    wrapper: fetching((fetch) => async (input, init) => {
      const response = await fetch(input, init);
      return response.ok ? response : fetch(input, init);
    }),
  },
  {
    what: "an error in another's place",
    shape: "a connection dropped before the headers, no retry",
    seenBy: "application",
    wrapper: fetching((fetch) => async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (error) {
        throw new Error((error as Error).message);
      }
    }),
  },
];

test.concurrent.for(misbehaving)("the contract notices $what", async ({ shape, seenBy, wrapper }) => {
  const [bare, wrapped] = await Promise.all([
    observe(shapeNamed(shape), sdk),
    observe({ ...shapeNamed(shape), records: [] }, sdk, wrapper),
  ]);
  expect(wrapped[seenBy]).not.toStrictEqual(bare[seenBy]);
});

test("the contract finds nothing in a wrapper that does nothing", async () => {
  const shape = { ...shapeNamed("create"), records: [] };
  expect(
    await observe(
      shape,
      sdk,
      wrapping((client) => client),
    ),
  ).toStrictEqual(await observe(shape, sdk));
});
