import { replicate as family } from "../../wire/replicate/replicate.ts";
import { slotAdapter } from "./slot-client.ts";

/** `replicate` 1. */
export const replicate = slotAdapter({
  sdk: "replicate",
  family,
  provider: "replicate",
  recognises: (client) => "fileEncodingStrategy" in client && "predictions" in client && "fetch" in client,
  holders: (client) => [client],
  callMethods: ["request"],
});
