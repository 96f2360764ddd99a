/** The tokens of a model in a window. */
export interface WindowTokens {
  /** Read afresh; all input where the cache's hits are not counted. */
  readonly input: number;
  readonly output: number;
  /** Read from a cache; undefined where its hits are not counted. */
  readonly cached?: number;
}

/** What some devices drew in a stretch of time, and what they did in it. */
export interface EnergyWindow {
  /** The end, in milliseconds since 1970. */
  readonly time: number;
  /** Devices that work together, and whose tokens cannot be told apart by device. */
  readonly group: string;
  readonly seconds: number;
  /** How many series of energy there are: one for each GPU, or host. */
  readonly devices: number;
  readonly energyJoules: number;
  readonly tokens: ReadonlyMap<string, WindowTokens>;
}

/** Why a window is left out. */
export const OMISSIONS = {
  gap: "samples are missing",
  reset: "a counter began anew",
} as const;
export type Omission = keyof typeof OMISSIONS;
