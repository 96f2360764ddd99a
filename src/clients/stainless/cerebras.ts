import { openai as family } from "../../wire/openai/openai.ts";
import { stainlessAdapter } from "./stainless-client.ts";

/** `@cerebras/cerebras_cloud_sdk` 1. */
export const cerebras = stainlessAdapter({
  sdk: "@cerebras/cerebras_cloud_sdk",
  family,
  provider: "cerebras",
  errorClass: "CerebrasError",
});
