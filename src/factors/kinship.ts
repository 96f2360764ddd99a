import type { Model } from "./model.ts";

/** A name taken apart: `gpt-5.5-pro` is the words gpt and pro of version 5.5. */
interface NameParts {
  readonly words: readonly string[];
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

/** Dates and serial numbers, which say nothing about kinship: `20260416`, `0613`, `001`. */
const isSerial = (digits: string): boolean => digits.length > 3 || /^0\d/.test(digits);

function partsOf(name: string): NameParts {
  const words: string[] = [];
  const version: string[] = [];
  for (const part of name.slice(name.lastIndexOf("/") + 1).split(/[^a-z0-9]+/, MOST_PARTS)) {
    for (const piece of part.match(/[a-z]+|\d+/g) ?? []) {
      if (/^[a-z]/.test(piece)) words.push(piece);
      else if (!isSerial(piece)) version.push(piece);
    }
  }
  return { words, version };
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

/**
 * The models that a name nobody knows is next of kin to: of the same version, with the most words in common; else of
 * the same words and the nearest earlier version, else the nearest later one. Empty where there is none.
 */
export function nextOfKin(name: string, relatives: readonly Relative[]): readonly Model[] {
  const { words, version } = partsOf(name);
  const [brand] = words;
  if (brand === undefined || version.length === 0) return [];
  const kin = relatives.filter((each) => each.words[0] === brand && each.version.length > 0);
  const contemporaries = kin.filter(
    (each) => compareVersions(each.version, version) === 0 && (within(each.words, words) || within(words, each.words)),
  );
  if (contemporaries.length > 0) {
    const common = (each: NameParts): number => each.words.filter((word) => words.includes(word)).length;
    const most = Math.max(...contemporaries.map(common));
    return contemporaries.filter((each) => common(each) === most).map(({ model }) => model);
  }
  const namesakes = kin
    .filter((each) => each.words.length === words.length && within(each.words, words))
    .toSorted((a, b) => compareVersions(a.version, b.version));
  const earlier = namesakes.filter((each) => compareVersions(each.version, version) < 0);
  const nearest = earlier.at(-1) ?? namesakes[0];
  return nearest === undefined ? [] : [nearest.model];
}

/** The developer whose models begin with the same word, for names that say no more. */
export function developerOfBrand(name: string, relatives: readonly Relative[]): string | undefined {
  const [brand] = partsOf(name).words;
  return brand === undefined ? undefined : relatives.find(({ words }) => words[0] === brand)?.model.developer;
}
