import { describe } from "vitest";

import { testContract } from "./contract.ts";
import { meteredBy } from "./metered.ts";
import { openaiShapes } from "./openai/shapes.ts";
import { openaiVersions } from "./versions.ts";

describe.for(await openaiVersions())("a wrapped client of $name", (sdk) => {
  testContract(sdk, openaiShapes, meteredBy);
});
