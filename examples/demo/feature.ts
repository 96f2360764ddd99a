/** One thing that a team's part of the application does with a model. */
export interface Feature {
  readonly team: string;
  readonly name: string;
  /** How many of a hundred calls are for this feature. */
  readonly share: number;
  readonly serve: Serve;
}

/** Serves one call; the pieces are what its user gets to see. */
export type Serve = (call: Call) => AsyncIterable<string> | Promise<unknown>;

export interface Call {
  /** Makes calls differ, the same way in every run. */
  readonly number: number;
  readonly impatient: boolean;
  /** Aborts when the user has left. */
  readonly signal: AbortSignal;
}

/** What the application does, however it asks its providers. */
const FEATURES = [
  { team: "search", name: "query-embeddings", share: 25 },
  { team: "search", name: "answers", share: 18 },
  { team: "platform", name: "coding-agent", share: 8 },
  { team: "product", name: "summaries", share: 9 },
  { team: "product", name: "voice-notes", share: 3 },
  { team: "support", name: "ticket-replies", share: 14 },
  { team: "support", name: "moderation", share: 9 },
  { team: "platform", name: "code-completion", share: 8 },
  { team: "data", name: "nightly-embeddings", share: 6 },
] as const;

type FeatureName = (typeof FEATURES)[number]["name"];

/** How features are served; those of a provider that is not there are left out. */
export type Serves = Readonly<Partial<Record<FeatureName, Serve>>>;

export const featuresServed = (serves: Serves): readonly Feature[] =>
  FEATURES.flatMap((feature) => {
    const serve = serves[feature.name];
    return serve ? [{ ...feature, serve }] : [];
  });

/** A user who asks like this will not wait for the end of the answer. */
export const IMPATIENT_USER = "impatient";

/** After how many words an impatient user leaves. */
export const WORDS_UNTIL_LEAVING = 7;

/** A length between two bounds that looks random and is not. */
export const lengthOf = (number: number, shortest: number, longest: number): number =>
  shortest + ((number * 37) % (longest - shortest + 1));
