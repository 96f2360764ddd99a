import { expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { ReportEntry } from "../../src/report/entry.ts";
import { withUsageWarnings } from "../../src/report/usage-warnings.ts";

const entry = (catalogueVersion: string): ReportEntry => ({
  startedAt: new Date("2026-11-01"),
  names: { provider: "mistral_ai", model: "mistral-large-2407", operation: "chat" },
  requests: 8,
  attributedRequests: 8,
  estimatedRequests: 0,
  usage: { inputTokens: 8 * 38_000, outputTokens: 8 * 50 },
  impacts: {},
  evidence: {},
  provenance: {
    factorIds: [],
    catalogueVersions: [catalogueVersion],
    accounting: [],
    warnings: ["scraped_twice"],
    restatedFrom: [],
  },
});

test("an entry without warnings of its own has those of its mean usage, by the catalogue that made it", () => {
  const attributor = createAttribute()({ provider: "mistral_ai", model: "mistral-large-2407", operation: "chat" });
  if ("unattributedReason" in attributor) throw new Error("expected factors");
  const { catalogueVersion, warnings } = attributor.footprint({ inputTokens: 38_000, outputTokens: 50 }, 0)!;
  expect(warnings).toContain("input_heavy");
  const [same, other] = withUsageWarnings([entry(catalogueVersion), entry("1999.1")], {
    catalogue: defaultCatalogue(),
  });
  expect(same!.provenance.warnings).toStrictEqual(["scraped_twice", ...warnings]);
  expect(other!.provenance.warnings).toStrictEqual(["scraped_twice"]);
});
