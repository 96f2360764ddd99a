import type { Catalogue } from "./catalogue.ts";

const LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/** What to write instead of a text that names no zone: the code of the country whose English name it is. */
export function zoneRemedy(given: unknown, catalogue: Catalogue): string {
  const usual = "Use an ISO 3166-1 alpha-3 code such as FRA, or a cloud region such as eu-west-3.";
  const code = typeof given === "string" ? codeOf(given.trim().toLowerCase(), catalogue) : undefined;
  return code === undefined ? usual : `Did you mean ${code}? ${usual}`;
}

function codeOf(country: string, catalogue: Catalogue): string | undefined {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  // Codes of countries that are gone have the names of those that came after them: DD is Germany, too.
  const ofName = codes.filter((code) => names.of(code)?.toLowerCase() === country);
  return ofName.map((code) => catalogue.zone(code)?.name).find((zone) => zone !== undefined);
}
