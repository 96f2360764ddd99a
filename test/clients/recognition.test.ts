import { expect, test } from "vitest";

import { ConfigurationError, createMeter } from "../../src/index.ts";

const noop = (): undefined => undefined;

/** Objects that look like clients of SDKs that they are not of. */
const strangers: readonly { what: string; client: unknown; says: RegExp }[] = [
  { what: "an empty object", client: {}, says: /got \[object Object\]/ },
  { what: "a key", client: "sk-secret", says: /got a value of type string/ },
  {
    what: "a client that Stainless has generated of another SDK",
    client: new (class Perplexity {
      static readonly PerplexityError = Error;
      fetch = noop;
      prepareRequest = noop;
      shouldRetry = noop;
    })(),
    says: /expected a client of one of openai, @anthropic-ai\/sdk, /,
  },
  {
    what: "a client that Speakeasy has generated of another SDK",
    client: {
      _options: { hooks: { beforeCreateRequestHooks: [] } },
      _createRequest: () => ({
        ok: true,
        value: new Request("http://localhost", { headers: { "user-agent": "speakeasy-sdk/typescript 1 2 3 other" } }),
      }),
    },
    says: /meter\.fetch\(\) where it takes a fetch.*meter\.record\(\)/,
  },
  {
    what: "a model of the AI SDK",
    client: { specificationVersion: "v4", provider: "openai.chat", doGenerate: noop },
    says: /got a model of the AI SDK.*footprintMiddleware\(\) of llm-footprint\/ai-sdk/,
  },
];

test.for(strangers)("wrap() refuses $what, and says what to use", ({ client, says }) => {
  const wrap = () => createMeter().wrap(client as object);
  expect(wrap).toThrow(ConfigurationError);
  expect(wrap).toThrow(says);
  expect(wrap).not.toThrow(/sk-secret/);
});
