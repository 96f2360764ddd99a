import { LazyPackage } from "./lazy-package.ts";

export const jsYaml = new LazyPackage<typeof import("js-yaml")>("js-yaml");

/**
 * Reads YAML 1.2, of which JSON is a part.
 *
 * @throws Error whose message gives line and column
 */
export const parseYaml = (text: string): unknown => jsYaml.load().load(text);

/** Long lines are kept whole, and nothing is written by reference. */
export const writeYaml = (content: unknown): string =>
  jsYaml.load().dump(content, { lineWidth: -1, noRefs: true, quoteStyle: "double" });
