import { bodyShapes } from "./bodies.ts";
import { clientShapes } from "./clients.ts";
import { connectionShapes } from "./connections.ts";
import { endpointShapes } from "./endpoints.ts";
import { helperShapes } from "./helpers.ts";
import { promiseShapes } from "./promises.ts";
import { responseShapes } from "./responses.ts";
import { streamShapes } from "./streams.ts";
import type { OpenAIShape } from "./sdk.ts";

/** All ways to use the SDK that are held to the contract. */
export const openaiShapes: readonly OpenAIShape[] = [
  ...promiseShapes,
  ...streamShapes,
  ...helperShapes,
  ...responseShapes,
  ...endpointShapes,
  ...clientShapes,
  ...connectionShapes,
  ...bodyShapes,
];
