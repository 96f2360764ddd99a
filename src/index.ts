export { createMeter } from "./meter.ts";
export { ConfigurationError } from "./model/errors.ts";

export type { Meter } from "./meter.ts";
export type { MeterOptions, WrapOptions } from "./options.ts";
export type { MeteredFetch } from "./clients/fetch.ts";
export type { Measured, MeasureOptions } from "./requests/measured.ts";
export type { UsageReport } from "./requests/usage-report.ts";
export type {
  Accounting,
  Criterion,
  Evidence,
  Footprint,
  Impact,
  Phase,
  UnattributedReason,
} from "./model/footprint.ts";
export type { Range } from "./model/range.ts";
export type { Labels, Outcome, RequestRecord } from "./model/request.ts";
export type { Usage, UsageSource } from "./model/usage.ts";
export type { TotalsSnapshot } from "./totals/snapshot.ts";
