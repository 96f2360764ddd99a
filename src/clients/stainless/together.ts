import { openai as family } from "../../wire/openai/openai.ts";
import { stainlessAdapter } from "./stainless-client.ts";

/** `together-ai` 0.52. */
export const together = stainlessAdapter({
  sdk: "together-ai",
  family,
  provider: "together_ai",
  errorClass: "TogetherError",
});
