import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { infrastructureOf } from "../../src/attribution/estimates/infrastructure.ts";
import { BUILT_IN_FILES } from "../../src/factors/built-in.ts";
import type { CatalogueSnapshot } from "../../src/factors/catalogue-snapshot.ts";
import { createCatalogue, defaultCatalogue } from "../../src/factors/catalogue.ts";
import releases from "../../src/factors/data/releases.json" with { type: "json" };
import { checkFactors, expand } from "../../src/factors/factor-file.ts";
import type { Factor, Quantity } from "../../src/factors/factor.ts";
import { ownFactor } from "./own-factor.ts";

const catalogue = defaultCatalogue();
const ofKind = (kind: Factor["kind"]) => catalogue.factors.filter((factor) => factor.kind === kind);

describe("the built-in factors", () => {
  test.each(Object.entries(BUILT_IN_FILES))(
    "%s keeps to the schema, with source, licence and evidence",
    (name, file) => {
      const candidates = expand(file);
      expect(checkFactors(name, candidates, new Set())).toEqual(candidates);
    },
  );

  test("have ids of their own, and supersede only factors that exist", () => {
    const factors = checkFactors("all", catalogue.factors, new Set());
    expect(factors).toHaveLength(catalogue.factors.length);
  });

  test("cover what was found, number by number", () => {
    const counts = Object.fromEntries(
      Object.entries(BUILT_IN_FILES).map(([name, { factors }]) => [name, factors.length]),
    );
    expect(counts).toMatchObject({
      "operator-disclosures": 3,
      "jegham-2025": 33,
      "independent-estimates": 11,
      "ml-energy-2026": 58,
      "model-classes": 6,
      images: 12,
      tasks: 10,
      training: 29,
    });
    expect(ofKind("grid").filter(({ id }) => id.endsWith("ember.2025"))).toHaveLength(44);
  });

  test("name only models that the catalogue knows", () => {
    const named = catalogue.factors.flatMap(({ id, appliesTo }) =>
      (appliesTo.models ?? []).filter((name) => !name.endsWith("*")).map((name) => [id, name] as const),
    );
    const training = (id: string) => id.startsWith("training.");
    const unknown = named.filter(([id, name]) => !training(id) && catalogue.resolve(name).step !== "exact");
    expect(unknown).toEqual([]);
  });

  test("leave nothing out of a boundary: what is not known says so", () => {
    for (const { boundary } of catalogue.factors) expect(Object.keys(boundary)).toHaveLength(9);
  });

  test("include networks, devices and training only where docs/methodology.md says so", () => {
    const including = (part: keyof Factor["boundary"]) =>
      catalogue.factors.filter(({ boundary, kind }) => boundary[part] === "yes" && kind !== "training");
    expect(including("network").map(({ id }) => id)).toEqual(["mistral.large-2.inference"]);
    expect(including("terminals")).toEqual([]);
    expect(including("training")).toEqual([]);
  });

  test("say of the Mistral analysis that its accounting is stated and its place is not published", () => {
    const { accounting, notes } = catalogue.factor("mistral.large-2.inference")!;
    expect(accounting).toBe("location");
    expect(notes).toContain("Location-based is the accounting that the method states for its electricity");
    expect(notes).toContain("where that electricity was used is not published");
  });

  test("say whose judgement a judgement is", () => {
    const judged = catalogue.factors.filter(({ metrics, parameters, evidence }) => {
      const quantities: Quantity[] = [...Object.values<Quantity>({ ...metrics }), ...Object.values(parameters ?? {})];
      return evidence === "judgement" || quantities.some(({ basis }) => basis === "judgement");
    });
    for (const { source } of judged) expect(["derived", "secondary", "primary"]).toContain(source.checked);
    expect(judged.every(({ source }) => source.title.length > 20)).toBe(true);
  });
});

describe("the source of every factor", () => {
  const isData = ({ source }: Factor) => /\.(?:json|csv|ya?ml|py|md)$/.test(new URL(source.url).pathname);

  test("is a page of its own: neither a home page, nor a search, nor one that changes with every version", () => {
    const shallow = catalogue.factors.filter(({ source, role, id }) => {
      const { pathname, search, hostname } = new URL(source.url);
      // What nobody can read from here widens a range and sets no central value.
      if (role === "range" && source.checked === "secondary") return false;
      // A national inventory without pages of its own, which no central value rests on.
      if (id === "grid.fra.ademe.2024") return false;
      const isSearch = search.includes("search=");
      const isRepository = hostname === "github.com" && pathname.split("/").length < 5;
      return (
        pathname === "/" || isSearch || isRepository || source.url.includes("/latest/") || /[.,]$/.test(source.url)
      );
    });
    expect(shallow.map(({ id, source }) => `${id} ${source.url}`)).toEqual([]);
  });

  test("is archived, with its hash, where it is a file of a repository", () => {
    const files = catalogue.factors.filter(
      (factor) => factor.source.url.startsWith("https://github.com/") && isData(factor),
    );
    const without = files.filter(({ source }) => source.archive === undefined);
    expect(without.map(({ id }) => id)).toEqual([]);
    expect(files.length).toBeGreaterThan(500);
  });

  test("has an archive that never changes: a commit or a release, and one hash per file", () => {
    const archives = catalogue.factors.flatMap(({ source }) => source.archive ?? []);
    expect(archives.length).toBeGreaterThan(700);
    for (const { url } of archives) expect(url).toMatch(/\/(?:blob|tree)\/(?:[0-9a-f]{40}|\d+\.\d+\.\d+)\//);
    const hashes = Map.groupBy(archives, ({ url }) => url);
    for (const [url, same] of hashes) expect(new Set(same.map(({ sha256 }) => sha256)).size, url).toBe(1);
  });

  test("can be checked where anything checkable exists: of places, what is central is not second-hand", () => {
    const zones = new Set(
      catalogue.factors.flatMap(({ kind, appliesTo }) => (kind === "grid" ? (appliesTo.zones ?? []) : [])),
    );
    const isChecked = ({ source }: Factor) => source.checked !== "secondary";
    for (const zone of zones) {
      const place = catalogue.zone(zone);
      if (place === undefined) continue;
      const { grid } = infrastructureOf(catalogue, "unknown", place).factors;
      const all = catalogue.factors.filter(({ kind, appliesTo }) => kind === "grid" && appliesTo.zones?.includes(zone));
      if (all.some(isChecked)) expect(isChecked(grid[0]!), `${zone}: ${grid[0]!.id}`).toBe(true);
    }
  });
});

test("a size that the developer's own repository states is cited there, and the second-hand ones are counted", () => {
  const sizes = catalogue.factors.filter(
    ({ kind, parameters }) => kind === "architecture" && parameters?.["totalBillions"],
  );
  const own = sizes.filter(({ source }) => source.checked === "primary" && source.title.startsWith("README of "));
  expect(own.length).toBeGreaterThanOrEqual(35);
  for (const { source } of own) {
    expect(source.url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/blob\/[0-9a-f]{40}\/README\.md$/);
    expect(source.archive?.url).toBe(source.url);
  }
  // As the developers' repositories have them: https://github.com/zai-org/GLM-4.5, https://github.com/MoonshotAI/Kimi-K2
  const size = (name: string) => catalogue.factor(`architecture.${name}`)!.parameters!["totalBillions"]!.central;
  expect([size("glm-4.7"), size("glm-5.1"), size("kimi-k2"), size("deepseek-coder-v2")]).toEqual([355, 744, 1000, 236]);
  const secondHand = catalogue.factors.filter(({ source, role }) => source.checked === "secondary" && role !== "range");
  expect(secondHand.length).toBeLessThanOrEqual(132);
});

describe("a release of the catalogue", () => {
  test("is frozen: the content has the hash that its release is logged with", () => {
    const [release] = releases.releases;
    expect(catalogue.version).toBe(release?.version);
    expect(createCatalogue().hash).toBe(release?.hash);
    expect(catalogue.hash).toBe(release?.hash);
  });

  test.each(releases.releases)(
    "$version is kept whole, and comes out of its snapshot as it went in",
    ({ version, hash }) => {
      const file = new URL(`../../docs/catalogues/${version}.json.gz`, import.meta.url);
      const base = JSON.parse(gunzipSync(readFileSync(file)).toString()) as CatalogueSnapshot;
      const restored = createCatalogue({ base });
      expect([restored.version, restored.hash]).toEqual([version, hash]);
    },
  );

  test("takes the version on, with the user's own factors in the hash", () => {
    const own = createCatalogue({ factors: [ownFactor()] });
    expect(own.identity).toMatch(/^2\.1\.0\+[0-9a-f]{12}$/);
    expect(own.hash).not.toBe(catalogue.hash);
  });
});
