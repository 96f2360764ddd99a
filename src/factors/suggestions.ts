import { levenshtein } from "../lazy/levenshtein.ts";
import type { Catalogue } from "./catalogue.ts";

const MOST = 3;

/** A thing's own name first, then what else it is called. */
type Names = readonly [string, ...string[]];

/** Own names of those that look like what was written, the most similar first. */
function similar(candidates: readonly Names[], text: string): string[] {
  const { distance } = levenshtein.load();
  const written = text.toLowerCase();
  // As many changes as for commands: four in ten letters.
  const farthest = Math.max(2, Math.floor(0.4 * written.length));
  return candidates
    .map((names) => ({ name: names[0], changes: Math.min(...names.map((each) => distance(written, each))) }))
    .filter(({ changes }) => changes <= farthest)
    .sort((a, b) => a.changes - b.changes || a.name.localeCompare(b.name, "en"))
    .slice(0, MOST)
    .map(({ name }) => name);
}

function question(names: readonly string[]): string {
  if (names.length === 0) return "";
  const [last = "", ...others] = names.toReversed();
  return `Did you mean ${others.length > 0 ? `${others.toReversed().join(", ")} or ${last}` : last}?`;
}

/**
 * Such as `Did you mean gpt-5.4, gpt-5.5 or gpt-5-mini?`; empty where nothing is similar.
 *
 * @param taken the model that the name was taken for
 */
export function modelSuggestion({ models }: Catalogue, name: string, taken?: string): string {
  const candidates = models.map((model): Names => [model.name, ...(model.aliases ?? [])]);
  return question(similar(candidates, name).filter((each) => each !== taken));
}

/** Of a provider that nobody knows; empty for a known one, and where nothing is similar. */
export function providerSuggestion(catalogue: Catalogue, name: string): string {
  if (catalogue.provider(name) !== undefined) return "";
  return question(
    similar(
      catalogue.providers.map((provider): Names => [provider.name]),
      name,
    ),
  );
}
