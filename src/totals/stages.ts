/** Where in the meter something of ours can go wrong. */
export const METER_STAGES = [
  "transport",
  "wire",
  "attribution",
  "totals",
  "exporter",
  "budgets",
  "journal",
  "listener",
  "labels",
  "record",
  "grid_intensity",
] as const;
export type MeterStage = (typeof METER_STAGES)[number];
