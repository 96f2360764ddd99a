/** What became of a request that was read. */
export type Fate =
  | "new"
  /** It was there already, as large or larger. */
  | "known"
  /** It was written in this run already. */
  | "repeated"
  /** An earlier, smaller reading of the same is gone. */
  | "replaced"
  /** The requests of this period were metered live. */
  | "metered"
  | { readonly refused: string };

export interface ImportRules {
  /** Whether what is read replaces what is there, whichever is larger. */
  readonly replace?: boolean | undefined;
  /** What counts where an export covers a period that was metered live. Without it, that is an error. */
  readonly overlap?: "metered" | "export" | "both" | undefined;
}
