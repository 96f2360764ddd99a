import fc from "fast-check";
import { expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { METHODOLOGIES } from "../../src/attribution/selection/methodology.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { warningSentence } from "../../src/report/warning-text.ts";

test("a warning is a sentence that a person reads", () => {
  expect(["zone_world_average", "resolved_by_family"].map(warningSentence)).toEqual([
    "Nobody says where it ran, so the electricity is the world's average.",
    "No model of this name is known; it was taken for its next of kin.",
  ]);
});

test("a code that nobody has worded is shown as its words", () => {
  expect(warningSentence("grid_from_memory")).toBe("Grid from memory.");
});

test("every warning that a footprint can have is worded", () => {
  const names = [...defaultCatalogue().models.map(({ name }) => name), "zzz", "gpt-77", "acme-8b"];
  const zones = [...new Set(defaultCatalogue().factors.flatMap(({ appliesTo }) => appliesTo.zones ?? [])), "nowhere"];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...zones, undefined),
      fc.constantFrom("mistral_ai", "openai", "nobody"),
      fc.constantFrom(...METHODOLOGIES),
      (model, zone, provider, methodology) => {
        const attribute = createAttribute({ methodology, operatorStatements: true });
        const place = zone === undefined ? {} : { zone };
        const attributor = attribute({ provider, model, operation: "chat", ...place });
        if ("unattributedReason" in attributor) return;
        const footprint = attributor.footprint({ inputTokens: 9000, outputTokens: 4 }, Infinity);
        for (const code of footprint?.warnings ?? []) {
          expect(warningSentence(code)).not.toBe(`${code[0]!.toUpperCase()}${code.slice(1).replaceAll("_", " ")}.`);
        }
      },
    ),
    { numRuns: 300 },
  );
});
