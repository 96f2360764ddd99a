// cspell:ignore northeastus norwaysouth southafricaeast
import { describe, expect, test } from "vitest";

import type { ZoneBasis } from "../../src/model/footprint.ts";
import { attributorFor, footprintOf } from "./attributor-for.ts";

const located = (provider: string, zone: string, zoneBasis: ZoneBasis) =>
  attributorFor({ provider, zone, zoneBasis }).footprint({ outputTokens: 100 }, Infinity)!;

const countriesOf = (provider: string, zone: string): string[] =>
  attributorFor({ provider, zone, zoneBasis: "endpoint" }).zone!.split("+").sort();

describe("a region that is newer than the catalogue", () => {
  test.for([
    ["aws.bedrock", "us-east-9", "USA"],
    ["aws.bedrock", "eusc-fr-west-1", "FRA"],
    ["gcp.vertex_ai", "us-west99", "USA"],
    ["azure.ai.openai", "eastus9", "USA"],
    ["azure.ai.openai", "northeastus5", "USA"],
    ["azure.ai.openai", "norwaysouth", "NOR"],
    ["azure.ai.openai", "southafricaeast", "ZAF"],
    ["ibm.watsonx.ai", "eu-nl", "NLD"],
    ["ibm.watsonx.ai", "eu-uk", "GBR"],
    ["scaleway", "de-ber", "DEU"],
    ["fireworks_ai", "us-virginia-1", "USA"],
  ] as const)("of %s, %s, is in the country that its name says: %s", ([provider, zone, country]) => {
    const attributor = attributorFor({ provider, zone, zoneBasis: "endpoint" });
    expect([attributor.zone, attributor.zoneBasis]).toStrictEqual([country, "endpoint"]);
    expect(located(provider, zone, "endpoint").warnings).toContain("zone_unknown");
  });

  test.for([
    ["aws.bedrock", "eu-west-9", ["DEU", "FRA", "IRL", "SWE"], ["USA", "SGP"]],
    ["aws.bedrock", "ap-southeast-9", ["AUS", "IDN", "SGP"], ["USA", "DEU"]],
    ["gcp.vertex_ai", "europe-west99", ["BEL", "NLD", "POL"], ["USA"]],
    ["gcp.vertex_ai", "northamerica-south9", ["CAN", "MEX"], ["USA"]],
  ] as const)("of %s, %s, is in one of the countries of its likes", ([provider, zone, some, none]) => {
    const countries = countriesOf(provider, zone);
    expect(countries).toStrictEqual(expect.arrayContaining([...some]));
    expect(countries.filter((country) => none.some((other) => other === country))).toStrictEqual([]);
  });

  test("spans the grids that it may have", () => {
    const carbonIn = (zone: string) =>
      footprintOf({ provider: "aws.bedrock", zone, zoneBasis: "endpoint" }, { outputTokens: 100 }).co2eGrams!;
    expect(carbonIn("eu-west-9").low).toBeLessThanOrEqual(carbonIn("eu-north-1").low);
    expect(carbonIn("eu-west-9").high).toBeGreaterThanOrEqual(carbonIn("eu-central-1").high);
  });

  const basisOf = (provider: string, zone: string, zoneBasis: ZoneBasis): ZoneBasis =>
    attributorFor({ provider, zone, zoneBasis }).zoneBasis;

  test("is not guessed where its name says nothing, or where the application declares it", () => {
    expect(basisOf("aws.bedrock", "moon-base-1", "endpoint")).toBe("provider_default");
    expect(basisOf("azure.ai.openai", "atlantis", "stated")).toBe("provider_default");
    expect(basisOf("aws.bedrock", "eu-west-9", "declared")).toBe("provider_default");
  });
});
