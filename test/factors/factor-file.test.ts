import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dump as stringify } from "js-yaml";

import { createCatalogue, defaultCatalogue } from "../../src/factors/catalogue.ts";
import { ConfigurationError } from "../../src/model/errors.ts";
import { ownFactor } from "./own-factor.ts";

const folder = mkdtempSync(join(tmpdir(), "factors-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function refusal(factors: readonly unknown[]): string {
  try {
    createCatalogue({ factors });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("was accepted");
}

const quantity = (low: unknown, central: unknown, high: unknown) => ({ low, central, high, basis: "user" });
const videoShape = (seconds: number, width: number) => ({
  ...{ seconds, width, height: 720 },
  energyJoules: quantity(1, 1, 1),
});
const shape = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  energyJoules: quantity(1, 2, 3),
});
const without = (key: string) => Object.fromEntries(Object.entries(ownFactor()).filter(([name]) => name !== key));

describe("a file of the user's own factors", () => {
  test("is read as JSON and as YAML, with what the factors share said once", () => {
    const { id, metrics, ...common } = ownFactor();
    const json = file("own.json", JSON.stringify({ common, factors: [{ id, metrics }] }));
    const yaml = file("own.yaml", stringify([ownFactor({ id: "own.other" })]));
    const catalogue = createCatalogue({ files: [json, yaml] });
    expect(catalogue.factor("own.energy")).toEqual({ ...ownFactor(), evidence: "user" });
    expect(catalogue.factor("own.other")?.evidence).toBe("user");
    expect(catalogue.factors).toHaveLength(defaultCatalogue().factors.length + 2);
  });

  test("may put its own figure in the place of a built-in one", () => {
    const grid = defaultCatalogue().factor("grid.fra.ember.2025")!;
    const factors = [{ ...grid, version: "2.0.0", metrics: { co2eGrams: quantity(20, 21, 22) } }];
    const catalogue = createCatalogue({ factors });
    expect(catalogue.factors).toHaveLength(defaultCatalogue().factors.length);
    expect(catalogue.factor(grid.id)).toMatchObject({ evidence: "user", version: "2.0.0" });
    expect(catalogue.identity).not.toBe(defaultCatalogue().identity);
  });

  test.each([
    ["a wrong unit", ownFactor({ unit: "kilogram" }), 'factors.0.unit: "kilogram" must be one of output_token'],
    [
      "an unordered range",
      ownFactor({ metrics: { energyJoules: quantity(2, 1, 3) } }),
      'factors.0.metrics.energyJoules: { low: 2, central: 1, high: 3, basis: "user" } must be in order',
    ],
    [
      "a negative number",
      ownFactor({ metrics: { energyJoules: quantity(-1, 1, 3) } }),
      "factors.0.metrics.energyJoules.low: -1 must not be negative",
    ],
    [
      "NaN",
      ownFactor({ metrics: { energyJoules: quantity(1, NaN, 3) } }),
      "factors.0.metrics.energyJoules.central: NaN must be a number",
    ],
    [
      "infinity",
      ownFactor({ metrics: { energyJoules: quantity(1, 2, Infinity) } }),
      "factors.0.metrics.energyJoules.high: Infinity must be finite",
    ],
    ["a missing source", without("source"), "factors.0.source: required"],
    ["a missing licence", without("licence"), "factors.0.licence: required"],
    ["a missing evidence", without("evidence"), "factors.0.evidence: required"],
    [
      "a pattern open at its start",
      ownFactor({ appliesTo: { models: ["*mini"] } }),
      'factors.0.appliesTo.models.0: "*mini" must be a model name, or a prefix that ends in a separator and `*`',
    ],
    [
      "a pattern that ends inside a word",
      ownFactor({ appliesTo: { models: ["gpt*"] } }),
      'factors.0.appliesTo.models.0: "gpt*" must be a model name',
    ],
    [
      "a dangling supersedes",
      ownFactor({ supersedes: "none" }),
      'factors.0.supersedes: "none" must be the id of a factor',
    ],
    ["an unknown field", ownFactor({ colour: "green" }), 'factors.0.colour: "green" is not a field of a factor'],
    ["no figure at all", ownFactor({ metrics: {} }), "factors.0.metrics: {  } has no figure of its kind"],
    [
      "a unit of another kind",
      ownFactor({ unit: "kilowatt_hour" }),
      'factors.0.unit: "kilowatt_hour" is not a unit of its kind',
    ],
    [
      "a figure of another kind",
      ownFactor({ metrics: { ratio: quantity(1, 1, 1) } }),
      "factors.0.metrics: { ratio: [object Object] } has no figure of its kind",
    ],
    [
      "an unknown zone",
      ownFactor({ appliesTo: { zones: ["Fra"] } }),
      'factors.0.appliesTo.zones.0: "Fra" must be an ISO 3166-1 alpha-3 code or a cloud region',
    ],
    [
      "a PUE below 1",
      ownFactor({ kind: "pue", unit: "ratio", metrics: { ratio: quantity(0.9, 1, 1) } }),
      "must not be below 1",
    ],
    [
      "shapes that do not rise",
      ownFactor({ unit: "request", metrics: {}, shapes: [shape(100, 300), shape(100, 400)] }),
      "must rise in both token counts",
    ],
    [
      "lengths of videos that do not rise",
      ownFactor({ unit: "video", videoShapes: [videoShape(8, 1280), videoShape(4, 1280), videoShape(4, 1920)] }),
      "must have lengths that rise, for each size",
    ],
  ])("is refused for %s, with path, value and rule", (_what, factor, message) => {
    expect(refusal([factor])).toContain(message);
  });

  test("is refused for an id that stands twice", () => {
    expect(refusal([ownFactor(), ownFactor()])).toContain('factors.1.id: "own.energy" must not stand twice');
  });

  test("is refused as a whole, with every problem", () => {
    const message = refusal([
      ownFactor({ unit: "kilogram" }),
      ownFactor({ id: "own.good" }),
      ownFactor({ id: "Bad Id", version: "1" }),
    ]);
    expect(message).toContain("3 problems");
    expect(message).toContain("factors.0.unit");
    expect(message).toContain("factors.2.id");
    expect(message).toContain("factors.2.version");
    expect(message).not.toContain("factors.1");
  });

  test("says once what several factors lack", () => {
    const message = refusal([without("licence"), { ...(without("licence") as object), id: "own.second" }]);
    expect(message).toContain("1 problem:\n  factors.0,1.licence: required\n");
  });

  test("takes a name and a prefix of the same letters for one model", () => {
    const factor = ownFactor({ appliesTo: { models: ["my-model", "my-model-*"], modality: "text" } });
    const catalogue = createCatalogue({ factors: [factor] });
    expect(catalogue.resolve("my-model")).toMatchObject({ step: "exact", model: { name: "my-model" } });
    expect(catalogue.resolve("my-model-7")).toMatchObject({ step: "family", model: { name: "my-model" } });
  });

  test.each([
    ["missing.json", undefined, "cannot be read"],
    ["broken.yaml", "factors: [", "broken.yaml"],
    ["empty.yaml", "", "the input is empty"],
    ["scalar.json", "42", "holds no list of factors"],
  ])("something that is not a file of factors is refused: %s", (name, content, message) => {
    const path = content === undefined ? join(folder, name) : file(name, content);
    expect(() => createCatalogue({ files: [path] })).toThrow(message);
  });

  test("a path in place of factors is refused by name", () => {
    const problem = "createCatalogue.factors: holds no list of factors";
    expect(() => createCatalogue({ factors: "our-factors.yaml" as never })).toThrow(problem);
  });
});
