import { createHash } from "node:crypto";

import type { AccountBudgetEvent, BudgetEvent } from "../budgets/accounts/events.ts";

/** An alert as Alertmanager sends it to a webhook. */
export interface Alert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** The year 1 while the alert is firing, as Alertmanager has it. */
  readonly endsAt: string;
  readonly generatorURL: string;
  /** The same for the same labels. */
  readonly fingerprint: string;
}

/** The body of Alertmanager's webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface AlertmanagerMessage {
  readonly version: "4";
  readonly groupKey: string;
  readonly truncatedAlerts: 0;
  readonly status: Alert["status"];
  readonly receiver: string;
  readonly groupLabels: Alert["labels"];
  readonly commonLabels: Alert["labels"];
  readonly commonAnnotations: Alert["annotations"];
  readonly externalURL: string;
  readonly alerts: readonly Alert[];
}

const NEVER = "0001-01-01T00:00:00Z";

export const REFUSED_ALERT = "LlmFootprintBudgetRefused";

/** The alerts that an event raises or ends. A reset ends all that the ended window raised or, of refusals, may have. */
export function alertsOf(event: BudgetEvent): Alert[] {
  switch (event.type) {
    case "store":
      return [
        storeAlert(event.reachable ? "resolved" : "firing", event.at, "LlmFootprintBudgetStoreUnreachable", {
          summary: `The budgets' store ${event.reachable ? "can be reached again" : "cannot be reached"}`,
          description: event.problem ?? "",
        }),
      ];
    case "data_loss":
      return [
        storeAlert("firing", event.at, "LlmFootprintBudgetStoreDataLost", {
          summary: "The budgets' store had lost data",
          description: `${event.accounts} accounts were taken up from the last balances known to a process.`,
        }),
      ];
    case "clock":
      return [
        storeAlert("firing", event.at, "LlmFootprintBudgetClockFar", {
          summary: "A process's clock is far from that of the budgets' store",
          description: `It is ${brief(event.aheadSeconds)} s ahead; budgets go by the store's clock.`,
        }),
      ];
    default:
      return accountAlerts(event);
  }
}

function storeAlert(status: Alert["status"], at: Date, alertname: string, annotations: Alert["annotations"]): Alert {
  return alert(status, at, { alertname, severity: "warning" }, annotations);
}

function accountAlerts(event: AccountBudgetEvent): Alert[] {
  const { budget, criterion, group, at, limit, used, usedRatio } = event;
  const common = { budget, criterion, ...group };
  const annotations = {
    summary: `Budget ${budget}: ${percent(usedRatio)} of ${brief(limit)} ${criterion} used`,
    description:
      `${brief(used.central)} ${criterion} used (${brief(used.low)} to ${brief(used.high)}); ` +
      `the budget resets at ${event.resetsAt.toISOString()}.`,
  };
  switch (event.type) {
    case "threshold":
      return [alert("firing", at, thresholdLabels(common, event.threshold), annotations)];
    case "exhausted":
      return [alert("firing", at, exhaustedLabels(common), annotations)];
    case "refused":
      return [alert("firing", at, refusedLabels(common, event.mode), annotations)];
    case "reset": {
      const { usedRatio: reached, startedAt } = event.ended;
      return [
        ...event.thresholds.filter((threshold) => threshold <= reached).map((at) => thresholdLabels(common, at)),
        ...(reached >= 1 ? [exhaustedLabels(common)] : []),
        refusedLabels(common, event.mode),
      ].map((labels) => ({ ...alert("resolved", at, labels, annotations), startsAt: startedAt.toISOString() }));
    }
  }
}

const thresholdLabels = (common: Alert["labels"], threshold: number) => ({
  alertname: "LlmFootprintBudgetThreshold",
  severity: "info",
  threshold: String(threshold),
  ...common,
});
const exhaustedLabels = (common: Alert["labels"]) => ({
  alertname: "LlmFootprintBudgetExhausted",
  severity: "warning",
  ...common,
});
const refusedLabels = (common: Alert["labels"], mode: string) => ({
  alertname: REFUSED_ALERT,
  severity: "warning",
  mode,
  ...common,
});

function alert(status: Alert["status"], at: Date, labels: Alert["labels"], annotations: Alert["annotations"]): Alert {
  const text = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    status,
    labels,
    annotations,
    startsAt: at.toISOString(),
    endsAt: status === "resolved" ? at.toISOString() : NEVER,
    generatorURL: "",
    fingerprint: createHash("sha256").update(text).digest("hex").slice(0, 16),
  };
}

export function alertmanagerMessage(alerts: readonly Alert[], receiver: string): AlertmanagerMessage {
  return {
    version: "4",
    groupKey: "{}:{}",
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver,
    groupLabels: {},
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: "",
    alerts,
  };
}

/** The entries that all have. */
const common = ([first = {}, ...others]: readonly Alert["labels"][]): Alert["labels"] =>
  Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)));

const brief = (amount: number): string => String(Number(amount.toPrecision(4)));
const percent = (ratio: number): string => `${brief(ratio * 100)} %`;
