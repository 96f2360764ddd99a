import { distance } from "fastest-levenshtein";

import type { Catalogue } from "../factors/catalogue.ts";

const MOST = 3;

/** Names of models that look like one that nobody knows, the most similar first. */
function similarModels({ models }: Catalogue, name: string): string[] {
  const written = name.toLowerCase();
  // As many changes as for commands: four in ten letters.
  const farthest = Math.max(2, Math.floor(0.4 * written.length));
  return models
    .map((model) => {
      const names = [model.name, ...(model.aliases ?? [])];
      return { name: model.name, changes: Math.min(...names.map((each) => distance(written, each))) };
    })
    .filter(({ changes }) => changes <= farthest)
    .sort((a, b) => a.changes - b.changes || a.name.localeCompare(b.name, "en"))
    .slice(0, MOST)
    .map((similar) => similar.name);
}

/**
 * Such as `Did you mean gpt-5.4, gpt-5.5 or gpt-5-mini?`; empty where nothing is similar.
 *
 * @param taken the model that the name was taken for
 */
export function modelSuggestion(catalogue: Catalogue, name: string, taken?: string): string {
  const names = similarModels(catalogue, name).filter((each) => each !== taken);
  if (names.length === 0) return "";
  const [last = "", ...others] = names.toReversed();
  return `Did you mean ${others.length > 0 ? `${others.toReversed().join(", ")} or ${last}` : last}?`;
}
