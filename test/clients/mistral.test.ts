import { describe } from "vitest";

import { testContract } from "./contract.ts";
import { meteredBy } from "./metered.ts";
import { bodyShapes } from "./mistral/bodies.ts";
import { chatShapes } from "./mistral/chat.ts";
import { clientShapes } from "./mistral/clients.ts";
import { connectionShapes } from "./mistral/connections.ts";
import { endpointShapes } from "./mistral/endpoints.ts";
import { mistralSdk } from "./mistral/sdk.ts";

const shapes = [...chatShapes, ...endpointShapes, ...clientShapes, ...connectionShapes, ...bodyShapes];

const versions = await Promise.all([
  mistralSdk(1, import("mistralai-1"), [
    import("mistralai-1/funcs/chatComplete.js"),
    import("mistralai-1/funcs/chatStream.js"),
    import("mistralai-1/core.js"),
  ]),
  mistralSdk(2, import("@mistralai/mistralai"), [
    import("@mistralai/mistralai/funcs/chatComplete.js"),
    import("@mistralai/mistralai/funcs/chatStream.js"),
    import("@mistralai/mistralai/core.js"),
  ]),
]);

describe.for(versions)("a wrapped client of $name", (sdk) => {
  testContract(sdk, shapes, meteredBy);
});
