import type { Model } from "./model.ts";
import { spellingKey } from "./spelling.ts";

/** A name taken apart: `gpt-5.5-pro` is the words gpt and pro of version 5.5. */
interface NameParts {
  readonly words: readonly string[];
  /** The words that say its place in a family: pro. */
  readonly tier: readonly string[];
  /** Digits between separators: `4.20` is 4 and 20. */
  readonly version: readonly string[];
}

/** A model with its name taken apart, which is done once for all names that look for kin. */
export interface Relative extends NameParts {
  readonly model: Model;
}

export const relativesOf = (models: readonly Model[]): readonly Relative[] =>
  models.map((model) => ({ model, ...partsOf(model.name) }));

/** More parts than any model's name has; names come from outside. */
const MOST_PARTS = 24;

/** What developers call the places in a family, the heavy ones first. */
const HEAVY_TIERS = ["pro", "max", "ultra", "premier", "heavy", "opus", "large"];
const TIERS = new Set([
  ...HEAVY_TIERS,
  ...["plus", "sonnet", "medium", "air", "flash", "fast", "haiku", "small", "mini", "lite", "micro", "nano", "tiny"],
]);

/** Words that say how ready a model is. */
const STAGES = ["preview", "beta", "exp", "experimental"];

/** Dates at the end of a name that are in parts: `-2026-04-23`, `-11-2026`, `-03-25`. */
const DATE = /-(?:\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2})$/;
/** Other dates and serial numbers, which say nothing about kinship: `20260416`, `0613`, `001`. */
const isSerial = (digits: string): boolean => digits.length > 3 || /^0\d/.test(digits);

function partsOf(name: string): NameParts {
  const words: string[] = [];
  const version: string[] = [];
  for (const part of spellingKey(name.replace(DATE, "")).split(/[^a-z0-9]+/, MOST_PARTS)) {
    for (const piece of part.match(/[a-z]+|\d+/g) ?? []) {
      if (/^[a-z]/.test(piece)) words.push(piece);
      else if (!isSerial(piece)) version.push(piece);
    }
  }
  const told = words.filter((word) => !STAGES.includes(word));
  return { words: told, tier: told.filter((word) => TIERS.has(word)), version };
}

/** Negative where `a` is the earlier. What follows the first number is a fraction: 4.20 comes before 4.3. */
function compareVersions(a: readonly string[], b: readonly string[]): number {
  for (let part = 0; part < Math.max(a.length, b.length); part++) {
    const point = part === 0 ? "" : "0.";
    const difference = Number(`${point}${a[part] ?? 0}`) - Number(`${point}${b[part] ?? 0}`);
    if (difference !== 0) return difference;
  }
  return 0;
}

const within = (some: readonly string[], all: readonly string[]): boolean => some.every((word) => all.includes(word));
const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && within(some, others);

/**
 * The models that a name nobody knows is next of kin to: of the same brand and tier, and of the same version or the
 * same words; else of the same tier and the nearest version. A name without a tier may be any of its version's, and a
 * heavy tier is next of kin to the base of its version too. Empty where there is none.
 *
 * @param name the model's own, without what routers and clouds put around it
 */
export function nextOfKin(name: string, relatives: readonly Relative[]): readonly Model[] {
  const parts = partsOf(name);
  const [brand] = parts.words;
  if (brand === undefined || parts.version.length === 0) return [];
  const kin = relatives.filter((each) => each.words[0] === brand);
  const contemporaries = contemporariesOf(parts, kin);
  const nearest = nearestTo(parts, contemporaries, kin);
  const isHeavy = within(parts.tier, HEAVY_TIERS);
  return [...new Set([...nearest, ...(nearest.length === 0 || isHeavy ? contemporaries : [])])].map(
    ({ model }) => model,
  );
}

function nearestTo(
  parts: NameParts,
  contemporaries: readonly Relative[],
  kin: readonly Relative[],
): readonly Relative[] {
  const { words, tier } = parts;
  const ofVersion = ofTier(parts, contemporaries);
  const namesakes = kin.filter((each) => same(each.words, words));
  const [nearest, ...others] = ofNearestVersion(parts, namesakes);
  if (nearest === undefined || ofVersion.some((each) => within(words, each.words))) {
    if (ofVersion.length > 0 || tier.length === 0) return ofVersion;
    return ofNearestVersion(parts, ofTier(parts, kin));
  }
  // What came between them under a name of its own: between GPT-5.5 and a GPT-7 there is GPT-6 Astra.
  const between = kin.filter(
    (each) =>
      within(words, each.words) &&
      compareVersions(each.version, nearest.version) > 0 &&
      compareVersions(each.version, parts.version) < 0,
  );
  return [nearest, ...others, ...ofTier(parts, between)];
}

/** Those of the tier; where the name has none and neither has one of them, all. */
function ofTier({ tier }: NameParts, kin: readonly Relative[]): readonly Relative[] {
  const found = kin.filter((each) => same(each.tier, tier));
  return found.length === 0 && tier.length === 0 ? kin : found;
}

/** Those of the same version, whose words are among the name's or the other way round: of these, the most in common. */
function contemporariesOf({ words, version }: NameParts, kin: readonly Relative[]): readonly Relative[] {
  const found = kin.filter(
    (each) => compareVersions(each.version, version) === 0 && (within(each.words, words) || within(words, each.words)),
  );
  const common = (each: NameParts): number => each.words.filter((word) => words.includes(word)).length;
  const most = Math.max(...found.map(common));
  return found.filter((each) => common(each) === most);
}

/** Those of the nearest earlier version, else of the nearest later one. */
function ofNearestVersion({ version }: NameParts, kin: readonly Relative[]): readonly Relative[] {
  const sorted = kin.toSorted((a, b) => compareVersions(a.version, b.version));
  const nearest = sorted.findLast((each) => compareVersions(each.version, version) < 0) ?? sorted[0];
  return nearest === undefined ? [] : sorted.filter((each) => compareVersions(each.version, nearest.version) === 0);
}

/** What stands one step above a tier; the empty word is the base. */
const NEXT_HEAVIER: Readonly<Record<string, string>> = {
  nano: "mini",
  mini: "",
  micro: "lite",
  lite: "",
  flash: "pro",
  haiku: "sonnet",
  sonnet: "opus",
};

/** The same name one tier heavier: `gpt-4-mini` of `gpt-4-nano`, `gpt-4` of that; undefined where its tier has none. */
export function oneTierHeavier(name: string): string | undefined {
  const words = name.split("-");
  const place = words.findLastIndex((word) => NEXT_HEAVIER[word] !== undefined);
  if (place < 0) return undefined;
  const heavier = NEXT_HEAVIER[words[place]!]!;
  return [...words.slice(0, place), ...(heavier === "" ? [] : [heavier]), ...words.slice(place + 1)].join("-");
}

/** The developer whose models begin with the same word, for names that say no more. */
export function developerOfBrand(name: string, relatives: readonly Relative[]): string | undefined {
  const [brand] = partsOf(name).words;
  return brand === undefined ? undefined : relatives.find(({ words }) => words[0] === brand)?.model.developer;
}
