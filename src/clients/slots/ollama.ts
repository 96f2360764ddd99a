import { ollama as family } from "../../wire/ollama/ollama.ts";
import { slotAdapter } from "./slot-client.ts";

/** `ollama` 0.6: its `Ollama`, and the client that it exports as default. */
export const ollama = slotAdapter({
  sdk: "ollama",
  family,
  provider: "ollama",
  recognises: (client) => "ongoingStreamedRequests" in client && "config" in client && "fetch" in client,
  holders: (client) => [client],
  hasOwnSignals: true,
});
