import type OpenAI from "openai";

import type { LocalProvider } from "../../../examples/local-provider/local-provider.ts";
import type { CallShape, SdkVersion } from "../contract.ts";

type Module = typeof import("openai");

/** One major version of OpenAI's SDK. The shapes are written in the newest one's types. */
export interface OpenAISdk extends SdkVersion<OpenAI> {
  readonly module: Module;
  /** Where `parse`, `stream` and `runTools` are: under `beta` before version 5. */
  helpers(client: OpenAI): OpenAI["chat"]["completions"];
}

export type OpenAIShape = CallShape<OpenAI, OpenAISdk>;

/** Imported as `import("openai-4")`, whose types differ from the newest. */
export async function openaiSdk(major: number, module: Promise<unknown>): Promise<OpenAISdk> {
  const loaded = (await module) as Module;
  return {
    major,
    name: `openai ${major}`,
    module: loaded,
    client: (provider) => new loaded.OpenAI(clientOptions(provider)),
    helpers: (client) =>
      major < 5 ? (client.beta as unknown as { chat: OpenAI["chat"] }).chat.completions : client.chat.completions,
  };
}

export const clientOptions = (provider: LocalProvider) => ({ apiKey: "a key", baseURL: provider.openaiBaseURL });

export const MODEL = "gpt-4o-mini";

/** Four prompt tokens; the provider answers with twelve. */
export const QUESTION = {
  model: MODEL,
  messages: [{ role: "user" as const, content: "Say something short." }],
};

/** What the provider states of the answer to {@link QUESTION}. */
export const ANSWERED = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };

export const STREAMED_QUESTION = { ...QUESTION, stream: true as const };
export const METERED_QUESTION = { ...STREAMED_QUESTION, stream_options: { include_usage: true } };

export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What reading gave until it failed, and how it failed. */
export async function listUntilError(items: AsyncIterable<unknown>): Promise<{ list: unknown[]; thrown?: unknown }> {
  const list: unknown[] = [];
  try {
    for await (const item of items) list.push(item);
    return { list };
  } catch (thrown) {
    return { list, thrown };
  }
}
