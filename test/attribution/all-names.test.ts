import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Evidence, Impact } from "../../src/model/footprint.ts";
import { readPublicNames } from "../factors/public-names/public-names.ts";

/** Laws that hold for every name there is: those of the catalogue, their aliases, and those that developers sell under. */
const catalogue = defaultCatalogue();
const chat = readPublicNames().names.filter(({ kind }) => kind === "chat");
const models = catalogue.models.filter(({ modality, developer }) => modality === undefined && developer !== "any");
const developers = new Map([
  ...chat.map(({ name, developer }) => [name, developer] as const),
  ...models.flatMap(({ name, aliases = [], developer }) =>
    [name, ...aliases].map((each) => [each, developer] as const),
  ),
]);
const names = [...developers.keys()];
const attribute = createAttribute({ methodology: "energy" });
const ORDINARY = { inputTokens: 400, outputTokens: 400 };

interface Answer {
  readonly model: string;
  readonly evidence: Evidence;
  readonly carbon: Impact;
}
const answers = new Map<string, Answer>();

function answerTo(name: string): Answer {
  let answer = answers.get(name);
  if (answer === undefined) {
    const attributor = attribute({ provider: "openrouter", model: name, operation: "chat" });
    if ("unattributedReason" in attributor) throw new Error(`${name}: ${attributor.unattributedReason}`);
    const { model, evidence } = attributor;
    answers.set(name, (answer = { model, evidence, carbon: attributor.footprint(ORDINARY, Infinity)!.co2eGrams! }));
  }
  return answer;
}

test("there are more than 1,000 names", () => {
  expect(names.length).toBeGreaterThan(1000);
});

/** How routers, clouds and people write a name. */
const dashed = (name: string): string => name.replaceAll(/(?<=\d)\.(?=\d)/g, "-");
const SPELLINGS: Readonly<Record<string, (name: string, developer: string) => string>> = {
  "in capitals": (name) => name.toUpperCase(),
  "with blanks around it": (name) => `  ${name} `,
  "with spaces": (name) => name.replaceAll("-", " "),
  "with underscores": (name) => name.replaceAll("-", "_"),
  "with dashes for dots": dashed,
  "with p for dots": (name) => name.replaceAll(/(?<=\d)\.(?=\d)/g, "p"),
  "behind its developer": (name, developer) => `${developer}/${name}`,
  "behind a router": (name, developer) => `openrouter/${developer}/${name}`,
  "behind a tilde": (name, developer) => `~${developer}/${name}`,
  "behind a developer's colon": (name) => `openai:${name}`,
  "behind a host's dash": (name) => (/^[a-z.]+$/.test(name) ? name : `databricks-${name}`),
  "as Gemini's API lists it": (name) => `models/${name}`,
  "as Vertex AI names it": (name, developer) => `projects/p/locations/us-east5/publishers/${developer}/models/${name}`,
  "as Bedrock names it": (name, developer) => `${developer.replaceAll(/[^a-z]/g, "")}.${dashed(name)}-v1:0`,
  "as a profile of Bedrock's": (name, developer) =>
    `us.${developer.replaceAll(/[^a-z]/g, "")}.${dashed(name)}-20250929-v1:0`,
  "as an ARN": (name, developer) =>
    `arn:aws:bedrock:us-east-1::foundation-model/${developer.replaceAll(/[^a-z]/g, "")}.${dashed(name)}-v1:0`,
  "as Oracle names it": (name, developer) => `oci/${developer.replaceAll(/[^a-z]/g, "")}.${name}`,
  "with a date": (name) => `${name}-20251001`,
  "with a date in parts": (name) => `${name}-2025-10-01`,
  "with Vertex AI's date": (name) => `${name}@20251001`,
  "with a serial number": (name) => `${name}@001`,
  "as a preview": (name) => `${name}-preview-10-2025`,
  "for free": (name) => `${name}:free`,
  "at a speed": (name) => `${name}:nitro`,
  "with a context": (name) => `${name}[1m]`,
};

describe("a name gives one number", () => {
  test.each(Object.entries(SPELLINGS))("%s", (_, spell) => {
    for (const [name, developer] of developers) {
      const spelt = spell(name, developer);
      const [one, other] = [answerTo(name), answerTo(spelt)];
      expect({ [spelt]: other.carbon }).toEqual({ [spelt]: one.carbon });
    }
  });
});

const TIERS = ["nano", "mini", "pro", "flash", "lite", "haiku", "sonnet", "opus", "micro", "premier"];
/** From light to heavy; the empty one is the base. */
const LADDERS = [
  ["nano", "mini", "", "pro"],
  ["flash-lite", "flash", "pro"],
  ["lite", "flash", "pro"],
  ["haiku", "sonnet", "opus"],
  ["micro", "lite", "pro", "premier"],
];
const DATED = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{2}-\d{4}|\d{2}-\d{2}|latest|preview|exp)$/;

/** A name as its tier and the rest, without dates. */
function tierOf(name: string): { tier: string; rest: string } {
  let own = dashed(name.toLowerCase());
  while (DATED.test(own)) own = own.replace(DATED, "");
  const words = own.split("-");
  const isTier = (word: string): boolean => TIERS.includes(word);
  return { tier: words.filter(isTier).join("-"), rest: words.filter((word) => !isTier(word)).join("-") };
}

describe("a lighter tier is never above a heavier one, in the centre and in the high bound", () => {
  const generations = Map.groupBy(names, (name) => tierOf(name).rest);

  function steps(rest: string): readonly (readonly [light: string, heavy: string])[] {
    const tiers = Map.groupBy(generations.get(rest) ?? [], (name) => tierOf(name).tier);
    return LADDERS.flatMap((ladder) =>
      ladder.flatMap((light, rung) =>
        ladder
          .slice(rung + 1)
          .flatMap((heavy) =>
            (tiers.get(light) ?? []).flatMap((one) => (tiers.get(heavy) ?? []).map((other) => [one, other] as const)),
          ),
      ),
    );
  }
  // Without a version, `gemini-flash-latest` is of 2026 and `gemini-pro` of 2023.
  const pairs = [...generations.keys()].filter((rest) => /\d/.test(rest)).flatMap(steps);

  test("for every two names of one generation", () => {
    expect(pairs.length).toBeGreaterThan(250);
    for (const [light, heavy] of pairs) {
      const [less, more] = [answerTo(light).carbon, answerTo(heavy).carbon];
      expect(less.central, `${light} and ${heavy}`).toBeLessThanOrEqual(more.central * (1 + 1e-9));
      expect(less.high, `${light} and ${heavy}`).toBeLessThanOrEqual(more.high * (1 + 1e-9));
    }
  });

  const generation = fc.tuple(fc.integer({ min: 3, max: 99 }), fc.option(fc.nat(9), { nil: undefined }));
  const named: readonly ((version: string, tier: string) => string)[] = [
    (version, tier) => ["gpt", version, tier].filter((word) => word !== "").join("-"),
    (version, tier) => `claude-${tier}-${version}`,
    (version, tier) => `claude-${version}-${tier}`,
    (version, tier) => `gemini-${version}-${tier}`,
    (version, tier) => `amazon.nova-${version}-${tier}-v1:0`,
  ];
  const rungs = [LADDERS[0]!, LADDERS[3]!, LADDERS[3]!, LADDERS[1]!, LADDERS[4]!];

  test("for every generation that may come, or was never", () => {
    fc.assert(
      fc.property(generation, fc.nat(named.length - 1), ([major, minor], brand) => {
        const version = minor === undefined ? String(major) : `${major}.${minor}`;
        const tiers = rungs[brand]!.map((tier) => answerTo(named[brand]!(version, tier)));
        const isKnown = models.some(({ name }) => dashed(name).includes(`-${dashed(version)}`));
        for (const [rung, { carbon }] of tiers.slice(0, -1).entries()) {
          const heavier = tiers[rung + 1]!;
          expect(carbon.central).toBeLessThanOrEqual(heavier.carbon.central * (1 + 1e-9));
          // What is made up beside a published GPT-5.1 Codex has the range of its kin, all of GPT-5's sources.
          if (!isKnown) expect(carbon.high).toBeLessThanOrEqual(heavier.carbon.high * (1 + 1e-9));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a name made up beside any other", () => {
  const versioned = names.filter(
    (name) =>
      /^[a-z]+(?:-[a-z]+)*-?v?\d{1,2}(?:\.\d+)?(?:-[a-z]|$)/.test(name) &&
      !/\d[bm](?:$|-)/.test(name) &&
      !name.startsWith("pplx-"),
  );
  const made = (name: string): string => name.replace(/\d+(?:\.\d+)?/, "77");

  test("has a figure of a proxy, and never a class of size", () => {
    expect(versioned.length).toBeGreaterThan(300);
    for (const name of versioned) expect([made(name), answerTo(made(name)).evidence]).toEqual([made(name), "proxy"]);
  });

  test("is as one with words that say how it is served, and those in front of it", () => {
    for (const name of ["gpt-7", "claude-opus-6", "gemini-5-flash-lite", "mistral-large-5", "grok-5", "kimi-k4"]) {
      const variants = ["-thinking", "-high", "-preview", "-2027-01-31", "-20270131", "-latest", ":free"];
      const spelt = [
        ...variants.map((variant) => name + variant),
        ...[`prod/${name}`, `openai:${name}`, `us.vendor.${name}-v1:0`, name.toUpperCase(), name.replace("-", "_")],
      ];
      for (const each of spelt) expect({ [each]: answerTo(each).carbon }).toEqual({ [each]: answerTo(name).carbon });
    }
  });
});
