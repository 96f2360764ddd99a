import { LazyPackage } from "./lazy-package.ts";

export const levenshtein = new LazyPackage<typeof import("fastest-levenshtein")>("fastest-levenshtein");
