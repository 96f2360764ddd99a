import Anthropic from "@anthropic-ai/sdk";
import Anthropic0 from "anthropic-0";
import Cerebras from "@cerebras/cerebras_cloud_sdk";
import Groq from "groq-sdk";
import Together from "together-ai";

import { exchangingBySlot, testEssentials, type EssentialSdk } from "../clients/essentials.ts";

const messages = [{ role: "user" as const, content: "Say something short." }];
const OPENAI_USAGE = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };

const common = {
  operation: "chat",
  usage: OPENAI_USAGE,
  // Their streams state usage only when asked.
  streamedUsage: undefined,
  leftUsage: { outputTokens: 3 },
  attempts: 3,
  ownPromises: true,
  exchanging: exchangingBySlot,
};

const groq: EssentialSdk<Groq> = {
  ...common,
  major: 1,
  name: "groq-sdk 1",
  model: "llama-3.3-70b-versatile",
  client: (provider) => new Groq({ apiKey: "a key", baseURL: provider.url }),
  ask: (client, signal) =>
    client.chat.completions.create({ model: groq.model, messages }, { ...(signal && { signal }) }),
  askInTime: (client) =>
    client.chat.completions.create({ model: groq.model, messages }, { timeout: 60, maxRetries: 0 }),
  stream: (client, signal) =>
    client.chat.completions.create({ model: groq.model, messages, stream: true }, { ...(signal && { signal }) }),
};
testEssentials(groq);

const together: EssentialSdk<Together> = {
  ...common,
  major: 0,
  name: "together-ai 0.52",
  model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
  client: (provider) => new Together({ apiKey: "a key", baseURL: provider.openaiBaseURL }),
  ask: (client, signal) =>
    client.chat.completions.create({ model: together.model, messages }, { ...(signal && { signal }) }),
  askInTime: (client) =>
    client.chat.completions.create({ model: together.model, messages }, { timeout: 60, maxRetries: 0 }),
  stream: (client) => client.chat.completions.create({ model: together.model, messages, stream: true }),
};
testEssentials(together);

const cerebras: EssentialSdk<Cerebras> = {
  ...common,
  major: 1,
  name: "@cerebras/cerebras_cloud_sdk 1",
  model: "llama-3.3-70b",
  // The SDK gives an event to the application when the next one has come.
  heldAfter: 5,
  leftUsage: { outputTokens: 4 },
  client: (provider) => new Cerebras({ apiKey: "a key", baseURL: provider.url, warmTCPConnection: false }),
  ask: (client, signal) =>
    client.chat.completions.create({ model: cerebras.model, messages }, { ...(signal && { signal }) }),
  askInTime: (client) =>
    client.chat.completions.create({ model: cerebras.model, messages }, { timeout: 60, maxRetries: 0 }),
  stream: (client) => client.chat.completions.create({ model: cerebras.model, messages, stream: true }),
};
testEssentials(cerebras);

const anthropic = (major: number, name: string, Client: typeof Anthropic): EssentialSdk<Anthropic> => ({
  ...common,
  major,
  name,
  model: "claude-sonnet-4-6",
  usage: { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 12 },
  streamedUsage: { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 12 },
  // Of the first five events the SDK keeps the ping to itself.
  heldAfter: 5,
  leftUsage: { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 2 },
  client: (provider) => new Client({ apiKey: "a key", baseURL: provider.anthropicBaseURL }),
  ask: (client, signal) =>
    client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages }, { ...(signal && { signal }) }),
  askInTime: (client) =>
    client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages }, { timeout: 60, maxRetries: 0 }),
  stream: (client) => client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages, stream: true }),
});
testEssentials(anthropic(1, "@anthropic-ai/sdk 1", Anthropic));
testEssentials(anthropic(0, "@anthropic-ai/sdk 0.137", Anthropic0 as unknown as typeof Anthropic));
