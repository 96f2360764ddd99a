/** By what the rows of a bucket are told apart. */
export interface Grouping {
  /** Dimensions that all rows have a value of. */
  readonly all: readonly string[];
  /** Dimensions that some rows have a value of: the others may be requests without one, such as of no user. */
  readonly some: readonly string[];
}

const [AND, SOME] = [" and ", " | "];

/** As one text, and back. */
export const groupingText = ({ all, some }: Grouping): string =>
  [all.join(AND), ...(some.length > 0 ? [some.join(AND)] : [])].join(SOME);

export function parseGrouping(text: string): Grouping {
  const [all = "", some = ""] = text.split(SOME);
  const names = (list: string): string[] => (list === "" ? [] : list.split(AND));
  return { all: names(all), some: names(some) };
}

/**
 * How two readings of one period go together: `other` where they are grouped by different dimensions, so that their rows
 * are the same requests again; `fewer` or `more` where that cannot be told from the dimensions alone, because the first
 * has values of fewer or more of them; `same` otherwise.
 */
export function compareGroupings(a: Grouping, b: Grouping): "same" | "other" | "fewer" | "more" {
  const [ofA, ofB] = [a, b].map(({ all, some }) => new Set([...all, ...some])) as [Set<string>, Set<string>];
  const within = (names: Iterable<string>, set: ReadonlySet<string>): boolean =>
    [...names].every((each) => set.has(each));
  if (!within(a.all, ofB) || !within(b.all, ofA)) return "other";
  if (!within(ofB, ofA)) return "fewer";
  return within(ofA, ofB) ? "same" : "more";
}
