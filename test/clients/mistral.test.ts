import { describe } from "vitest";

import { testContract } from "./contract.ts";
import { meteredBy } from "./metered.ts";
import { mistralShapes } from "./mistral/shapes.ts";
import { mistralVersions } from "./versions.ts";

describe.for(await mistralVersions())("a wrapped client of $name", (sdk) => {
  testContract(sdk, mistralShapes, meteredBy);
});
