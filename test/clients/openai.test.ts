import { describe } from "vitest";

import { testContract } from "./contract.ts";
import { meteredBy } from "./metered.ts";
import { bodyShapes } from "./openai/bodies.ts";
import { clientShapes } from "./openai/clients.ts";
import { connectionShapes } from "./openai/connections.ts";
import { endpointShapes } from "./openai/endpoints.ts";
import { helperShapes } from "./openai/helpers.ts";
import { promiseShapes } from "./openai/promises.ts";
import { responseShapes } from "./openai/responses.ts";
import { openaiSdk } from "./openai/sdk.ts";
import { streamShapes } from "./openai/streams.ts";

const shapes = [
  ...promiseShapes,
  ...streamShapes,
  ...helperShapes,
  ...responseShapes,
  ...endpointShapes,
  ...clientShapes,
  ...connectionShapes,
  ...bodyShapes,
];

const versions = await Promise.all([
  openaiSdk(4, import("openai-4")),
  openaiSdk(5, import("openai-5")),
  openaiSdk(6, import("openai-6")),
  openaiSdk(7, import("openai")),
]);

describe.for(versions)("a wrapped client of $name", (sdk) => {
  testContract(sdk, shapes, meteredBy);
});
