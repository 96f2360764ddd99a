import type { ClientAdapter } from "./adapter.ts";
import { mistral } from "./speakeasy/mistral.ts";
import { openai } from "./stainless/openai.ts";

/** How the clients of each SDK are metered. */
export const ADAPTERS: readonly ClientAdapter[] = [openai, mistral];
