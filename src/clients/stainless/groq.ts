import { openai as family } from "../../wire/openai/openai.ts";
import { stainlessAdapter } from "./stainless-client.ts";

/** `groq-sdk` 1. */
export const groq = stainlessAdapter({
  sdk: "groq-sdk",
  family,
  provider: "groq",
  errorClass: "GroqError",
});
