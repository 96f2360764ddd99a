import { openai as family } from "../../wire/openai/openai.ts";
import { speakeasyAdapter } from "./speakeasy-client.ts";

/** `@openrouter/sdk` 1. */
export const openrouter = speakeasyAdapter({ sdk: "@openrouter/sdk", family, provider: "openrouter" });
