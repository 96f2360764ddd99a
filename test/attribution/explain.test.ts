import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { explain, type ExplainableRecord } from "../../src/attribution/views/explain.ts";
import type { AttributionOptions } from "../../src/attribution/selection/selection.ts";
import { citation } from "../../src/factors/factor.ts";
import { CRITERIA, type Phase } from "../../src/model/footprint.ts";
import type { Usage } from "../../src/model/usage.ts";

function recorded(
  provider: string,
  model: string,
  usage: Usage,
  options: AttributionOptions = {},
  live?: number,
): ExplainableRecord {
  const attributor = createAttribute(options)({ provider, model, operation: "chat" });
  const footprint = "unattributedReason" in attributor ? undefined : attributor.footprint(usage, 4, live);
  const subject = {
    provider,
    requestedModel: model,
    respondedModel: undefined,
    operation: "chat",
    zone: attributor.zone,
    zoneBasis: attributor.zoneBasis,
  };
  return { ...subject, usage, durationSeconds: 4, footprint };
}

const USAGE = { inputTokens: 3000, outputTokens: 400, reasoningTokens: 50 };

describe("the explanation of a record", () => {
  test.each([
    ["mistral_ai", "mistral-large-2407", {}, undefined],
    ["mistral_ai", "mistral-large-latest", {}, undefined],
    ["mistral_ai", "mistral-large-latest", { methodology: "energy" }, undefined],
    ["openai", "gpt-4o", {}, undefined],
    ["openai", "gpt-5", {}, 57],
    ["openai", "gpt-5", { operatorStatements: true }, undefined],
    ["together_ai", "llama-3.1-70b", { zone: "FRA" }, undefined],
    ["anthropic", "claude-next", {}, undefined],
    ["together_ai", "llama-3.1-405b", { training: { "llama-3.1-405b": 1e13 } }, undefined],
    ["nobody", "strange-8x7b", {}, undefined],
  ] as const)("of %s's %s ends in what was recorded", (provider, model, options, live) => {
    const record = recorded(provider, model, USAGE, options, live);
    const { steps, footprint, agrees } = explain(record, options);
    expect(agrees).toBe(true);
    expect(footprint).toEqual(record.footprint);
    for (const criterion of CRITERIA) {
      for (const [phase, value] of Object.entries(record.footprint?.[criterion]?.phases ?? {})) {
        const step = steps.findLast(({ quantity }) => quantity === `${criterion}, ${phase as Phase}`);
        for (const bound of ["low", "central", "high"] as const) {
          expect(step!.value[bound] / value[bound]).toBeCloseTo(1, 12);
        }
      }
    }
  });

  test("of one that a router passed on is by who served it", () => {
    const served = recorded("anthropic", "claude-sonnet-4-5", USAGE);
    const record: ExplainableRecord = { ...served, provider: "openrouter", servedBy: "anthropic" };
    expect(explain(record)).toMatchObject({ agrees: true, footprint: served.footprint });
    expect(explain({ ...record, servedBy: undefined }).agrees).toBe(false);
  });

  test("names every factor of the result, with its source and licence", () => {
    for (const model of ["gpt-4o", "mistral-large-latest"]) {
      const derivation = explain(recorded("mistral_ai", model, USAGE));
      const named = new Set(derivation.steps.flatMap(({ factors }) => factors.map(citation)));
      expect([...named].sort()).toEqual([...derivation.footprint!.factorIds].sort());
    }
  });

  test("says when it is not what was recorded", () => {
    const record = recorded("openai", "gpt-4o", USAGE);
    const derivation = explain(record, { methodology: "mistral-lca" });
    expect(derivation.agrees).toBe(false);
  });

  test("says why there is no footprint", () => {
    const record = recorded("localhost", "", USAGE);
    expect(explain(record)).toMatchObject({ steps: [], unattributedReason: "unknown_model", agrees: true });
    expect(explain({ ...recorded("openai", "gpt-4o", USAGE), usage: undefined, footprint: undefined })).toMatchObject({
      unattributedReason: "no_usage",
      agrees: true,
    });
  });
});
