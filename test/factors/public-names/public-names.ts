import { readFileSync } from "node:fs";

import { createSelector } from "../../../src/attribution/selection/selection.ts";
import { defaultCatalogue } from "../../../src/factors/catalogue.ts";

/** A name under which a developer sells a model, and what the catalogue makes of it. */
export interface PublicName {
  readonly name: string;
  readonly developer: string;
  /** `chat`, `embedding`, `image`, … */
  readonly kind: string;
  /** ISO 8601 date on which the developer retires it. */
  readonly retired?: string;
  /** The model's name in the catalogue; `unknown` where it has none. */
  readonly model?: string;
  readonly resolution?: string;
  /** `figure`, the proxy's name, or `none`. */
  readonly rests_on?: string;
  /** When the proxy was last reviewed. */
  readonly reviewed?: string;
}

export interface PublicNames {
  readonly source: string;
  /** ISO 8601. */
  readonly retrieved: string;
  readonly names: readonly PublicName[];
}

export const PUBLIC_NAMES = new URL("../../../docs/catalogues/public-names.json", import.meta.url);
export const readPublicNames = (): PublicNames => JSON.parse(readFileSync(PUBLIC_NAMES, "utf8")) as PublicNames;

/** What models of a kind are asked for; of the others, as chat. */
const OPERATIONS: Readonly<Record<string, string>> = { embedding: "embeddings", video: "videos", image: "images" };
/** The kinds that the catalogue covers with text or with the reading of text. */
const COVERED = ["chat", "embedding"];
/** The kinds whose requests are counted by tokens, images or videos. */
const MEASURED = [...COVERED, "image", "video"];
/** How many current names may stand on proxies that nobody has looked at. */
const MOST_UNREVIEWED = 0.05;

/** Names with what today's catalogue resolves them to. */
export function resolved(list: PublicNames): PublicNames {
  const catalogue = defaultCatalogue();
  const { select } = createSelector({ catalogue });
  const names = list.names.map(({ name, developer, kind, retired }): PublicName => {
    const operation = OPERATIONS[kind] ?? "chat";
    const { model, resolution, proxy, chosen } = select({ provider: providerOf(developer), model: name, operation });
    const rests_on = proxy?.model ?? (typeof chosen === "string" || !MEASURED.includes(kind) ? "none" : "figure");
    const reviewed = proxy === undefined ? undefined : model?.proxy?.reviewed;
    return {
      name,
      developer,
      kind,
      ...(retired !== undefined && { retired }),
      model: model?.name ?? "unknown",
      resolution,
      rests_on,
      ...(reviewed !== undefined && { reviewed }),
    };
  });
  return { ...list, names };
}

const providerOf = (developer: string): string =>
  defaultCatalogue().providers.find((provider) => provider.developer === developer)?.name ?? "unknown";

const isCovered = ({ kind }: PublicName): boolean => COVERED.includes(kind);

/** What is wrong with the catalogue, by its list of public names; empty where nothing is. */
export function problemsOf({ names, retrieved }: PublicNames): string[] {
  const current = names.filter((each) => isCovered(each) && (each.retired === undefined || each.retired > retrieved));
  // The median of a developer's flagships stands in for any name: that is nobody's choice for this one.
  const without = current.filter(({ rests_on, model }) => rests_on === "none" || model === "unknown");
  const unreviewed = current.filter(
    ({ rests_on, reviewed }) => rests_on !== "none" && rests_on !== "figure" && reviewed === undefined,
  );
  const problems = without.map(({ name }) => `${name} has neither a figure nor a named proxy`);
  if (unreviewed.length > MOST_UNREVIEWED * current.length) {
    const list = unreviewed.map(({ name, rests_on }) => `${name} (${rests_on})`).join(", ");
    problems.push(`${unreviewed.length} of ${current.length} stand on proxies that nobody has looked at: ${list}`);
  }
  return problems;
}
