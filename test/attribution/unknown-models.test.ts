import { expect, test } from "vitest";

import { UnknownModels } from "../../src/attribution/unknown-models.ts";

test("names each unknown model once, and no more than it keeps", () => {
  const unknown = new UnknownModels(2);
  const told = [
    unknown.note("openai", "a"),
    unknown.note("openai", "a"),
    unknown.note("x", "a"),
    unknown.note("x", "b"),
  ];
  expect(told).toEqual([true, false, true, false]);
  expect(unknown.names).toEqual(["openai/a", "x/a"]);
});
