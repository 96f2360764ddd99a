import { bodyShapes } from "./bodies.ts";
import { chatShapes } from "./chat.ts";
import { clientShapes } from "./clients.ts";
import { connectionShapes } from "./connections.ts";
import { endpointShapes } from "./endpoints.ts";
import type { MistralShape } from "./sdk.ts";

/** All ways to use the SDK that are held to the contract. */
export const mistralShapes: readonly MistralShape[] = [
  ...chatShapes,
  ...endpointShapes,
  ...clientShapes,
  ...connectionShapes,
  ...bodyShapes,
];
