/** How a demo goes. */
export interface Run {
  /** Where the calls go, for whoever starts the demo. */
  readonly about: string;
  /** With `--once`. */
  readonly callsOfOneRun: number;
  readonly millisecondsBetweenCalls: number;
}

export const LOCAL_RUN: Run = {
  about: "Calls go to a local provider: no key, no network.",
  callsOfOneRun: 50,
  millisecondsBetweenCalls: 200,
};

export const REAL_RUN: Run = {
  about: "Calls go to the real providers and cost money.",
  callsOfOneRun: 10,
  millisecondsBetweenCalls: 5000,
};
