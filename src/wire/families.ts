import { anthropic } from "./anthropic/anthropic.ts";
import type { ApiFamily } from "./family.ts";
import { mistral } from "./mistral/mistral.ts";
import { openai } from "./openai/openai.ts";

/** Every family, in the order in which a path is looked for where the host does not say which of them it speaks. */
export const FAMILIES: readonly ApiFamily[] = [openai, mistral, anthropic];
