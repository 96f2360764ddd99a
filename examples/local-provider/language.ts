/** A token here is a word or a punctuation mark with the white space before it; real tokenisers are finer. */
export const tokensOf = (text: string): string[] => text.match(/\s*(?:\w+|[^\w\s])/g) ?? [];

export const countTokens = (text: string): number => tokensOf(text).length;

/** Every text in a value, however deep, counted. */
export function countTokensIn(value: unknown): number {
  if (typeof value === "string") return countTokens(value);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + countTokensIn(item), 0);
}

const WORDS =
  "A model answers with one word after another and every word costs some energy some water and some carbon".split(" ");

/** How long an answer is when the request does not say. */
export const DEFAULT_ANSWER_TOKENS = 12;

/** An answer of exactly so many tokens. */
export const answerOf = (tokenCount = DEFAULT_ANSWER_TOKENS): string =>
  Array.from({ length: tokenCount }, (_, index) => WORDS[index % WORDS.length]!).join(" ");

const REASONING_TOKENS: Readonly<Record<string, number>> = { minimal: 4, low: 16, medium: 64, high: 256 };

/** What a reasoning effort costs: 4, 16, 64 or 256 tokens; 0 without one. */
export const reasoningTokensFor = (effort: string | null | undefined): number => REASONING_TOKENS[effort ?? ""] ?? 0;

/** With a cache key, half of the prompt was read from the provider's cache. */
export const cachedTokensOf = (promptTokens: number, cacheKey: string | null | undefined): number =>
  cacheKey ? Math.floor(promptTokens / 2) : 0;

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}

/** A value that a JSON schema of plain types accepts. */
export function exampleOf(schema: Schema | undefined): unknown {
  if (schema?.enum) return schema.enum[0];
  switch (Array.isArray(schema?.type) ? schema.type[0] : schema?.type) {
    case "string":
      return "Paris";
    case "integer":
    case "number":
      return 7;
    case "boolean":
      return true;
    case "array":
      return [exampleOf(schema?.items)];
    default:
      return Object.fromEntries(
        Object.entries(schema?.properties ?? {}).map(([name, property]) => [name, exampleOf(property)]),
      );
  }
}

/** A vector of so many numbers; `index` tells the inputs of a request apart. */
export const vectorOf = (dimensions: number, index: number): number[] =>
  Array.from({ length: dimensions }, (_, place) => ((place + index) % 8) / 8);

/** All timestamps, so that two runs give the same answers: 2026-01-01T00:00:00Z. */
export const NOW_SECONDS = 1_767_225_600;
