/** A name of what was counted or met, such as that of a span. */
export interface SeenName {
  readonly name: string;
  /** What it stands in, where that is to be known. */
  readonly within?: string | undefined;
}

/** A span that is not a call, and what it stands in, each as trace and span. */
export interface SpanLink {
  readonly key: string;
  readonly parent: string;
}

/** Spans that stand in each other are few; a longer chain is a circle. */
const MOST_STEPS = 100;

/** Under which name it is remembered what a span between calls stands in. */
export const spanName = (key: string): string => `within ${key}`;

/** Follows spans that are not calls outwards, to the first of which nothing more is known: a call, or one yet to come. */
export function enclosingSpan(key: string, recall: (name: string) => SeenName | undefined): string {
  let outermost = key;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const within = recall(spanName(outermost))?.within;
    if (within === undefined) return outermost;
    outermost = within;
  }
  return key;
}
