export { createMeter } from "./meter.ts";
export { compareMethods } from "./attribution/compare-methods.ts";
export { explain } from "./attribution/explain.ts";
export { restate } from "./attribution/restate.ts";
export { loadBudgetFile } from "./budgets/budget-file.ts";
export { parseBudgets } from "./budgets/description.ts";
export { budgetRules } from "./budgets/rules.ts";
export { budgetWebhook } from "./budgets/webhook.ts";
export { createCatalogue, defaultCatalogue } from "./factors/catalogue.ts";
export { electricityMaps } from "./factors/live-grid/electricity-maps.ts";
export { ukCarbonIntensity } from "./factors/live-grid/uk-carbon-intensity.ts";
export { BudgetExceededError, ConfigurationError } from "./model/errors.ts";
export { derivationText } from "./report/derivation.ts";

export type { Derivation } from "./attribution/explain.ts";
export type { ComparisonOptions, MethodResult } from "./attribution/compare-methods.ts";
export type { Methodology } from "./attribution/methodology.ts";
export type { Restatement } from "./attribution/restate.ts";
export type { BudgetDescription } from "./budgets/description.ts";
export type { BudgetEvent } from "./budgets/events.ts";
export type { BudgetState } from "./budgets/state.ts";
export type { BudgetStore } from "./budgets/store.ts";
export type { BudgetWebhookOptions } from "./budgets/webhook.ts";
export type { MeteredFetch } from "./clients/fetch.ts";
export type { MetricsHandler } from "./exporters/http.ts";
export type { Catalogue, CatalogueOptions } from "./factors/catalogue.ts";
export type { Factor } from "./factors/factor.ts";
export type { ElectricityMapsOptions } from "./factors/live-grid/electricity-maps.ts";
export type { UkCarbonIntensityOptions } from "./factors/live-grid/uk-carbon-intensity.ts";
export type { GridIntensitySource } from "./factors/live-grid/source.ts";
export type { Meter } from "./meter.ts";
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
export type { MeterOptions, WrapOptions } from "./options.ts";
export type { Measured, MeasureOptions } from "./requests/measured.ts";
export type { UsageReport } from "./requests/usage-report.ts";
export type { TotalsSnapshot } from "./totals/snapshot.ts";
