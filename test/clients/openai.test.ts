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
import { streamShapes } from "./openai/streams.ts";
import { openaiVersions } from "./versions.ts";

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

describe.for(await openaiVersions())("a wrapped client of $name", (sdk) => {
  testContract(sdk, shapes, meteredBy);
});
