import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CRITERIA } from "../../src/model/footprint.ts";
import { OUTCOMES } from "../../src/model/request.ts";
import { contribution, key, totalsWith, type Known } from "./contributions.ts";

/** The parts of a footprint that some method gives. */
const KNOWN: readonly Known[] = [
  ["co2eGrams", "usage", 1, 2, 4],
  ["co2eGrams", "embodied", 0.25, 0.5, 1],
  ["co2eGrams", "training", 8, 8, 8],
  ["waterLitres", "undivided", 0.5, 0.75, 1],
  ["energyJoules", "usage", 16, 32, 64],
];

/** Sums of halves and whole numbers are exact, in whatever order. */
const request = fc.record({
  team: fc.constantFrom("search", "support", ""),
  model: fc.constantFrom("a", "b"),
  outcome: fc.constantFrom(...OUTCOMES),
  known: fc.subarray([...KNOWN]),
  usage: fc.option(fc.record({ inputTokens: fc.nat(1000), outputTokens: fc.nat(1000) }, { requiredKeys: [] })),
});

describe("the totals by single labels", () => {
  test("are what the label sets add up to", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const { totals } = totalsWith();
        for (const { team, model, outcome, known, usage } of requests) {
          const isUnknown = known.length === 0;
          const rest = {
            outcome,
            usage: usage ?? undefined,
            ...(isUnknown && { evidence: undefined, unattributedReason: "no_factor" as const }),
          };
          totals.add(totals.series(key(team, model)), contribution(known, rest));
        }
        const { labelSets, overall, errors } = totals.snapshot();
        const overview = totals.overview();
        expect(overview.overall).toStrictEqual(overall);
        expect(overview.errors).toStrictEqual(errors);
        for (const [name, sums] of Object.entries(overview.byLabel)) {
          for (const [value, sum] of sums) {
            const sets = labelSets.filter(({ labels }) => labels[name] === value);
            const added = (figure: (set: (typeof sets)[number]) => number | undefined): number | undefined => {
              const known = sets.flatMap((set) => figure(set) ?? []);
              return known.length === 0 ? undefined : known.reduce((total, amount) => total + amount, 0);
            };
            for (const outcome of OUTCOMES)
              expect(sum.requests[outcome]).toBe(added(({ requests }) => requests[outcome]));
            expect(sum.usage.outputTokens).toBe(added(({ usage }) => usage.outputTokens));
            for (const criterion of CRITERIA) {
              expect(sum[criterion]?.low).toBe(added((set) => set[criterion]?.low));
              expect(sum[criterion]?.high).toBe(added((set) => set[criterion]?.high));
            }
          }
          expect(new Set(sums.keys())).toStrictEqual(new Set(labelSets.map(({ labels }) => labels[name])));
        }
      }),
    );
  });

  test("say of how many requests a footprint is known, and by what evidence", () => {
    const { totals } = totalsWith();
    totals.add(totals.series(key("search", "a")), contribution([["co2eGrams", "undivided", 1, 2, 3]]));
    totals.add(
      totals.series(key("search", "b")),
      contribution([["energyJoules", "usage", 1, 2, 3]], { evidence: "modelled" }),
    );
    totals.add(
      totals.series(key("support", "b")),
      contribution([], { evidence: undefined, unattributedReason: "no_factor" }),
    );
    expect(totals.overview()).toMatchObject({
      known: { footprint: 2, co2eGrams: 1, energyJoules: 1 },
      evidence: { operator_lca: { requests: 1, co2eGrams: 2 }, modelled: { requests: 1, co2eGrams: 0 } },
    });
    expect(totals.overview().known).not.toHaveProperty("waterLitres");
  });

  test("of no request are empty", () => {
    expect(totalsWith().totals.overview()).toMatchObject({ byLabel: {}, known: { footprint: 0 }, evidence: {} });
  });
});
