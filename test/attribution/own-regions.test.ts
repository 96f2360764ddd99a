import { expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";

test.for<[provider: string, zone: string | string[], meant: string]>([
  ["ovhcloud", "BHS", "CAN"],
  ["ovhcloud", "eri", "GBR"],
  ["ovhcloud", ["BHS", "FRA"], "CAN+FRA"],
  ["ovhcloud", "FRA", "FRA"],
  ["nebius", "eu-north1", "FIN"],
  ["scaleway", "BHS", "BHS"],
  ["constructor", "ERI", "ERI"],
])("a request to %s in %o was served in %s", ([provider, zone, meant]) => {
  const attribute = createAttribute();
  expect(attribute({ provider, model: "llama-3.3-70b-instruct", operation: "chat", zone }).zone).toBe(meant);
});
