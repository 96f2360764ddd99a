import type { MetricKey } from "../../metrics/metrics.ts";
import type { AddedSample } from "../../metrics/samples.ts";
import type { Labels } from "../../model/request.ts";
import type { KnownAccount } from "./known-accounts.ts";
import { nameOfWindow } from "../definition/window.ts";

/** The gauges of one account; times in seconds since the epoch. What is not known is absent. */
export function* accountSamples({ account, statement, forecast }: KnownAccount): Generator<AddedSample> {
  const { budget, group } = account;
  const labels = {
    budget: budget.name,
    criterion: budget.criterion,
    window: nameOfWindow(budget.window),
    group: groupText(group),
  };
  const values: Partial<Record<MetricKey, number | undefined>> = {
    budgetLimit: budget.limit,
    budgetUsed: statement.used[budget.bound],
    budgetUsedRatio: statement.used[budget.bound] / budget.limit,
    budgetReserved: statement.reserved,
    budgetReset: statement.position.windowEnd / 1000,
    budgetForecastLow: forecast?.used.low,
    budgetForecastCentral: forecast?.used.central,
    budgetForecastHigh: forecast?.used.high,
    budgetExhaustedEarliest: seconds(forecast?.exhaustedAt.earliest),
    budgetExhausted: seconds(forecast?.exhaustedAt.central),
    budgetExhaustedLatest: seconds(forecast?.exhaustedAt.latest),
  };
  for (const [metric, value] of Object.entries(values)) {
    if (value !== undefined) yield { metric: metric as MetricKey, labels, value };
  }
}

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000;

/** `team=search,feature=chat`; separators within a value are escaped, so that no two groups read the same. */
const groupText = (group: Labels): string =>
  Object.entries(group)
    .map(([name, value]) => `${name}=${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
