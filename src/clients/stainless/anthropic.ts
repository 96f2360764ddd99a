import { anthropic as family } from "../../wire/anthropic/anthropic.ts";
import { stainlessAdapter } from "./stainless-client.ts";

/** `@anthropic-ai/sdk` 0.137 to 1, with its classes for Bedrock, Vertex AI and Foundry. */
export const anthropic = stainlessAdapter({
  sdk: "@anthropic-ai/sdk",
  family,
  provider: "anthropic",
  errorClass: "AnthropicError",
  retriesPreparation: true,
});
