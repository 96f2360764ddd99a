/** Every number that an alert depends on, with the reason for it. Change it here and run `npm run generate`. */

/** The label that footprints are recorded by. Without such a label there is one series for all. */
export const GROUP = "team";

/** Where an alert's runbook entry stands; the alert's name is added as the anchor. */
export const RUNBOOK_URL = "https://github.com/llm-footprint/llm-footprint/blob/main/grafana/runbook.md";

export interface BurnThreshold {
  /** Both windows must burn: the long one says that it matters, the short one that it still goes on. */
  readonly long: "1h" | "6h";
  readonly short: "5m" | "30m";
  /** Multiples of the rate that would use the budget up exactly at the end of its month. */
  readonly rate: number;
  readonly for: string;
}

/**
 * The page thresholds of the SRE workbook, chapter 5, table 5-8. Its slowest pair (3 d at 1×) is left out: a budget for
 * consumption is meant to be used up, so 1× is the plan. A long-lasting overrun is the forecast's business.
 */
export const BURN_FAST: BurnThreshold = {
  long: "1h",
  short: "5m",
  // 2 % of the month in one hour: a runaway agent or a loop.
  rate: 14.4,
  for: "2m",
};
export const BURN_SLOW: BurnThreshold = {
  long: "6h",
  short: "30m",
  // 5 % of the month in six hours: more than the peak of a working day (3 to 4 times the mean).
  rate: 6,
  for: "15m",
};

export const THRESHOLDS = {
  /** One fifth left: time to talk about it while something can still be chosen. */
  budgetNearlyUsed: 0.8,
  budgetExhausted: 1,
  /** Every refusal is work that was not done, at whatever share of the limit; this long after the last it is over. */
  refusedWithin: "15m",
  /** A forecast moves with day and night; one that stands for a quarter of a day is not the noon peak. */
  forecastFor: "6h",
  /** Beyond one request in twenty the totals are no longer good to two digits. */
  unreportedUsageShare: 0.05,
  unattributedShare: 0.05,
  coverageFor: "1h",
  /** Grid intensities are published once a year; older factors miss at least one publication. */
  factorsStaleSeconds: 365 * 86_400,
  /** Long enough for a deployment, short enough to lose little of a day. */
  meterDownFor: "10m",
  /** How long an instance that is gone is still missed: a weekend. */
  meterMissedFor: "3d",
} as const;
