/**
 * A name as it is compared, whatever its separators: `claude-opus-4.7`, `claude-opus-4p7` and `Claude_Opus 4-7` are one,
 * and so are `llama-v3p1-8b`, `llama-3.1-8b` and `llama3.1:8b`.
 */
export const spellingKey = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[_:@ ]/g, "-")
    .replace(/(?<=\d)[.p](?=\d)/g, "-")
    .replace(/(?<=^|-)v-?(?=\d)/g, "")
    .replace(/(?<=[a-z])-(?=\d)/g, "");

/** The word that a name begins with: `gpt` of `gpt-5.5`, `o` of `o3`. */
export const brandOf = (name: string): string => /^[a-z]*/.exec(name)![0];

/** The words that the names of models begin with. */
export const brandsOf = (models: readonly { readonly name: string }[]): ReadonlySet<string> =>
  new Set(models.map(({ name }) => brandOf(name)));
