import { openai as family } from "../../wire/openai/openai.ts";
import { slotAdapter } from "./slot-client.ts";

/**
 * `portkey-ai` 3: chat, completions, embeddings and prompts. Its other parts make an OpenAI client per call, which
 * fetches with the platform's own.
 */
export const portkey = slotAdapter({
  sdk: "portkey-ai",
  family,
  recognises: (client) => "portkeyHeaders" in client && "fetch" in client,
  holders: (client) => [client],
  callMethods: ["request"],
});
