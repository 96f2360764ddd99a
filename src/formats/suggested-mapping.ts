/** By which words a column is likely to be what a field needs, the likelier first. */
const WORDS: readonly (readonly [field: string, ...patterns: RegExp[]])[] = [
  [
    "startedAt",
    /^(?:start|begin|created?|timestamp|request).*(?:time|at|date|stamp)$|^created$/,
    /time|date|when|^(?:ts|at)$/,
  ],
  ["model", /^model(?:name|id)?$/, /model|llm|engine|deployment/],
  ["promptTokens", /(?:prompt|input).*tokens?|tokens?(?:prompt|input|in)$/, /prompt|input|^in$/],
  [
    "completionTokens",
    /(?:completion|output|response|answer).*tokens?|tokens?(?:completion|output|out)$/,
    /completion|output|answer|^out$/,
  ],
  ["id", /^(?:request|call|generation|log)?id$/],
];

/** What a mapping of these columns could be, as it is written on the command line. */
export function suggestedMapping(columns: readonly string[]): string {
  const left = [...columns];
  const pairs = WORDS.map(([field, ...patterns]) => {
    const found = patterns
      .map((pattern) => left.findIndex((column) => pattern.test(bare(column))))
      .find((index) => index !== -1);
    return found === undefined ? undefined : `${field}=${quoted(left.splice(found, 1)[0]!)}`;
  });
  const [
    startedAt = "startedAt=…",
    model = "model=…",
    prompt = "promptTokens=…",
    completion = "completionTokens=…",
    id,
  ] = pairs;
  return ["--map", startedAt, model, prompt, completion, ...(id === undefined ? [] : [id])].join(" ");
}

const bare = (column: string): string =>
  column
    .slice(column.lastIndexOf(".") + 1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");

const quoted = (column: string): string => (/^[\w.-]+$/.test(column) ? column : JSON.stringify(column));
