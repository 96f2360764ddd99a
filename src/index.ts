export { createMeter } from "./meter/create-meter.ts";
export { meterPrimary } from "./meter/meter-primary.ts";
export { meterWorker } from "./meter/meter-worker.ts";
export { compareMethods } from "./attribution/views/compare-methods.ts";
export { compareModels } from "./attribution/views/compare-models.ts";
export { explain } from "./attribution/views/explain.ts";
export { restate } from "./attribution/views/restate.ts";
export { loadBudgetFile } from "./budgets/definition/budget-file.ts";
export { parseBudgets } from "./budgets/definition/description.ts";
export { budgetRules } from "./alerting/budget-rules.ts";
export { budgetWebhook } from "./alerting/webhook.ts";
export { createCatalogue, defaultCatalogue } from "./factors/catalogue.ts";
export { electricityMaps } from "./factors/live-grid/electricity-maps.ts";
export { ukCarbonIntensity } from "./factors/live-grid/uk-carbon-intensity.ts";
export { disclosure } from "./exporters/disclosure/disclosure-middleware.ts";
export { LateAnswerError } from "./budgets/accounts/budget-store.ts";
export { BudgetExceededError, ConfigurationError } from "./model/errors.ts";
export { derivationText } from "./report/derivation.ts";

export type { Derivation } from "./attribution/views/explain.ts";
export type { ComparedModel, ComparedSide, Difference, ModelComparison } from "./attribution/views/compare-models.ts";
export type { ComparisonOptions, MethodResult } from "./attribution/views/compare-methods.ts";
export type { Methodology } from "./attribution/selection/methodology.ts";
export type { Restatement } from "./attribution/views/restate.ts";
export type { BudgetDescription } from "./budgets/definition/description.ts";
export type { BudgetEvent } from "./budgets/accounts/events.ts";
export type { BudgetState } from "./budgets/accounts/state.ts";
export type {
  AccountFault,
  Balance,
  Booking,
  BudgetStore,
  DataLoss,
  Hold,
  Statement,
  Verdict,
} from "./budgets/accounts/budget-store.ts";
export type { EndedWindow } from "./budgets/accounts/holdings.ts";
export type { Account, Budget } from "./budgets/definition/budget.ts";
export type { Position, Window } from "./budgets/definition/window.ts";
export type { BudgetWebhookOptions } from "./alerting/webhook.ts";
export type { MeteredFetch } from "./clients/fetch/metered-fetch.ts";
export type { DisclosureMiddleware } from "./exporters/disclosure/disclosure-middleware.ts";
export type { MetricsHandler } from "./exporters/prometheus/scrape-handler.ts";
export type { Catalogue, CatalogueOptions } from "./factors/catalogue.ts";
export type { Factor } from "./factors/factor.ts";
export type { ElectricityMapsOptions } from "./factors/live-grid/electricity-maps.ts";
export type { UkCarbonIntensityOptions } from "./factors/live-grid/uk-carbon-intensity.ts";
export type { GridIntensitySource } from "./factors/live-grid/source.ts";
export type { Meter } from "./meter/meter.ts";
export type {
  Accounting,
  Criterion,
  Evidence,
  Footprint,
  Impact,
  Phase,
  UnattributedReason,
  ZoneBasis,
} from "./model/footprint.ts";
export type { Range } from "./model/range.ts";
export type { Labels, Outcome, RequestRecord } from "./model/request.ts";
export type { Stated, StatedBoundary, StatedDoubt, StatedMethod, StatedSource, StatementKind } from "./model/stated.ts";
export type { Usage, UsageSource } from "./model/usage.ts";
export type { DashboardOptions, FetchOptions, MeterOptions, WrapOptions } from "./meter/options.ts";
export type { Measured, MeasureOptions } from "./meter/measure.ts";
export type { UsageReport } from "./records/usage-report.ts";
export type { TotalsSnapshot } from "./totals/snapshot.ts";
