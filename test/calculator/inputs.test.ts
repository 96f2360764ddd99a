import fc from "fast-check";
import { expect, test } from "vitest";

import { METHODOLOGIES } from "../../src/attribution/selection/methodology.ts";
import { DEFAULT_INPUTS, fromFragment, toFragment, type Inputs } from "../../src/calculator/inputs.ts";
import { USAGE_CLASSES } from "../../src/model/usage.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((each) => each.trim() === each && each !== "");
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const inputs: fc.Arbitrary<Inputs> = fc
  .record(
    {
      model: text,
      versus: text,
      provider: text,
      zone: text,
      operation: text,
      reasoningEffort: text,
      methodology: fc.constantFrom(...METHODOLOGIES),
      usage: fc.dictionary(fc.constantFrom(...USAGE_CLASSES), amount.map(Math.abs), { noNullPrototype: true }),
      requests: fc.integer({ min: 1, max: 1e9 }),
    },
    { requiredKeys: ["model", "methodology", "usage", "requests"] },
  )
  .map((each): Inputs => ({ ...each }));

test("a link holds all inputs of the calculator, whatever they are", () => {
  fc.assert(
    fc.property(inputs, (each) => {
      expect(fromFragment(`#${toFragment(each)}`)).toStrictEqual(each);
    }),
  );
});

test("a link of the calculator that means nothing is the default, and what cannot be read as a number is left out", () => {
  expect(fromFragment("")).toStrictEqual(DEFAULT_INPUTS);
  expect(fromFragment("#outputTokens=5")).toStrictEqual(DEFAULT_INPUTS);
  expect(
    fromFragment("#model=m&outputTokens=-1&inputTokens=x&images=Infinity&methodology=none&requests=0"),
  ).toStrictEqual({ model: "m", methodology: METHODOLOGIES[0], usage: {}, requests: 1 });
});
