import type { Mistral } from "@mistralai/mistralai";

import type { LocalProvider } from "../../../examples/local-provider/local-provider.ts";
import type { CallShape, SdkVersion } from "../contract.ts";

type Module = typeof import("@mistralai/mistralai");

/** The standalone functions, which take a client or the core that is in it. */
interface Functions {
  chatComplete(client: Mistral, question: typeof QUESTION): Promise<unknown>;
  chatStream(client: Mistral, question: typeof QUESTION): Promise<StreamResult>;
  readonly MistralCore: new (options: ReturnType<typeof clientOptions>) => Mistral;
}

type StreamResult = { ok: true; value: AsyncIterable<unknown> } | { ok: false; error: Error };

/** One major version of Mistral's SDK. The shapes are written in the newest one's types. */
export interface MistralSdk extends SdkVersion<Mistral> {
  readonly module: Module;
  readonly functions: Functions;
}

export type MistralShape = CallShape<Mistral, MistralSdk>;

/** Given as promises of modules whose types differ from the newest. */
export async function mistralSdk(
  major: number,
  module: Promise<unknown>,
  functions: readonly Promise<unknown>[],
): Promise<MistralSdk> {
  const loaded = (await module) as Module;
  return {
    major,
    name: `@mistralai/mistralai ${major}`,
    module: loaded,
    functions: Object.assign({}, ...(await Promise.all(functions))) as Functions,
    client: (provider) => new loaded.Mistral(clientOptions(provider)),
  };
}

export const clientOptions = (provider: LocalProvider) => ({
  apiKey: "a key",
  serverURL: provider.mistralServerURL,
});

/** For calls and clients that retry at once, for two seconds at most. */
export const RETRYING = {
  strategy: "backoff" as const,
  backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 2000 },
  retryConnectionErrors: true,
};

export const MODEL = "mistral-small-latest";

/** Four prompt tokens; the provider answers with twelve. */
export const QUESTION = {
  model: MODEL,
  messages: [{ role: "user" as const, content: "Say something short." }],
};

/** What the provider states of the answer to {@link QUESTION}. */
export const ANSWERED = { inputTokens: 4, outputTokens: 12 };

export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
