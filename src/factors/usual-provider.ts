import type { Catalogue } from "./catalogue.ts";
import { developerOfBrand, relativesOf } from "./kinship.ts";
import { ownName } from "./model-name.ts";
import { brandsOf } from "./spelling.ts";

/** Who serves a model when nobody says otherwise: who made it, by its name; `unknown` when that is not known. */
export function usualProvider(catalogue: Catalogue, modelName: string): string {
  const known = catalogue.resolve(modelName).model?.developer;
  const developer = known === undefined || known === "any" ? developerByBrand(catalogue, modelName) : known;
  // Most providers develop nothing: of no developer, the first of them would do.
  if (developer === undefined) return "unknown";
  return catalogue.providers.find((provider) => provider.developer === developer)?.name ?? "unknown";
}

/** The developer of a model that is not known, such as OpenAI of a GPT-7. */
function developerByBrand({ models }: Catalogue, modelName: string): string | undefined {
  const brands = brandsOf(models);
  return developerOfBrand(ownName(modelName, brands), relativesOf(models));
}
