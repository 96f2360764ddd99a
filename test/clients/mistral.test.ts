import { describe } from "vitest";

import { testContract } from "./contract.ts";
import { meteredBy } from "./metered.ts";
import { bodyShapes } from "./mistral/bodies.ts";
import { chatShapes } from "./mistral/chat.ts";
import { clientShapes } from "./mistral/clients.ts";
import { connectionShapes } from "./mistral/connections.ts";
import { endpointShapes } from "./mistral/endpoints.ts";
import { mistralVersions } from "./versions.ts";

const shapes = [...chatShapes, ...endpointShapes, ...clientShapes, ...connectionShapes, ...bodyShapes];

describe.for(await mistralVersions())("a wrapped client of $name", (sdk) => {
  testContract(sdk, shapes, meteredBy);
});
