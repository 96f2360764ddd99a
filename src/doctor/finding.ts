/** What a check found. `unknown`: it could not be checked, and why. */
export interface Finding {
  readonly check: string;
  readonly level: "good" | "unknown" | "warning" | "problem";
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}
