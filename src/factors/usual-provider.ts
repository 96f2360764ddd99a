import type { Catalogue } from "./catalogue.ts";

/** Who serves a model when nobody says otherwise: who made it; `unknown` when that is not known. */
export function usualProvider(catalogue: Catalogue, modelName: string): string {
  const developer = catalogue.resolve(modelName).model?.developer;
  // Most providers develop nothing: of no developer, the first of them would do.
  if (developer === undefined) return "unknown";
  return catalogue.providers.find((provider) => provider.developer === developer)?.name ?? "unknown";
}
