import type { BudgetEvent } from "../budgets/accounts/events.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { createAlertStates } from "./alert-states.ts";
import { alertmanagerMessage, alertsOf, type Alert } from "./alertmanager.ts";
import { postMessage } from "./post-message.ts";

/** Where budget events go, and how. */
export interface BudgetWebhookOptions {
  /** Where the alerts are posted to: `http:` or `https:`. */
  readonly url: string;
  /** Signs each message as Standard Webhooks does (https://www.standardwebhooks.com): text, or `whsec_` and base64. */
  readonly secret?: string;
  /** Alertmanager's name for who receives it. @default "llm-footprint" */
  readonly receiver?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  /** The pause before the second attempt, in seconds; doubled with each further one, up to a minute. @default 1 */
  readonly retrySeconds?: number;
}

/** A handler of budget events, for `meter.on("budget", …)`. */
export interface BudgetWebhook {
  (event: BudgetEvent): void;
  /**
   * Messages that wait, and those that were given up: too many waited, or the receiver would not have them. The alerts
   * of these are held, and posted once more later.
   */
  readonly status: { readonly waiting: number; readonly dropped: number };
  /** Resolves when nothing waits any more; alerts that are held may still be. */
  flush(): Promise<void>;
}

/** Messages that may wait for the receiver; the alerts of further ones are held. */
const CAPACITY = 1_000;
const ATTEMPTS = 8;
/** Alerts in one message of what was held. */
const HELD_AT_ONCE = 100;
/** What is held is tried again after this many times the first pause. */
const HELD_PAUSES = 60;

/**
 * Posts budget events to a webhook in Alertmanager's format, one after the other, each until it is taken. An alert that
 * could not be delivered is held, and posted when the receiver takes messages again. Give it as handler of the budget
 * events.
 *
 * @example
 * ```ts
 * const webhook = budgetWebhook({ url: "https://alerts.example.com/api/v2/alerts" });
 * meter.on("budget", webhook);
 * ```
 * @throws ConfigurationError when the URL or the secret cannot be used
 */
export function budgetWebhook(options: BudgetWebhookOptions): BudgetWebhook {
  const { receiver = "llm-footprint", retrySeconds = 1 } = options;
  const post = {
    url: checkedUrl(options.url),
    secret: checkedSecret(options.secret),
    fetch: options.fetch ?? fetch,
    retrySeconds,
  };
  const queue: Alert[][] = [];
  const states = createAlertStates();
  let dropped = 0;
  let delivering: Promise<void> | undefined;
  let later: NodeJS.Timeout | undefined;

  const handler = (event: BudgetEvent): void => {
    const alerts = alertsOf(event).flatMap((alert) => states.toSend(alert, event.at.getTime()));
    if (alerts.length > 0) enqueue(alerts);
  };

  function enqueue(alerts: Alert[]): void {
    if (queue.length >= CAPACITY) {
      drop(alerts, false);
      return;
    }
    queue.push(alerts);
    delivering ??= deliver().finally(() => {
      delivering = undefined;
    });
  }

  function drop(alerts: readonly Alert[], untilBack: boolean): void {
    dropped += 1;
    states.undelivered(alerts, untilBack);
    tryHeldLater();
  }

  function tryHeldLater(): void {
    later ??= setTimeout(() => void tryHeld(), HELD_PAUSES * retrySeconds * 1000).unref();
  }

  async function tryHeld(): Promise<void> {
    await delivering;
    await deliverHeld("all");
    later = undefined;
    if (states.held > 0) tryHeldLater();
  }

  const send = (alerts: readonly Alert[], attempts: number) =>
    postMessage(JSON.stringify(alertmanagerMessage(alerts, receiver)), attempts, post);

  async function deliver(): Promise<void> {
    for (let alerts = queue[0]; alerts !== undefined; alerts = queue[0]) {
      const outcome = await send(alerts, ATTEMPTS);
      queue.shift();
      if (outcome === "taken") await deliverHeld("until back");
      else drop(alerts, outcome === "unanswered");
    }
  }

  /** Each once: it shows whether the receiver takes them now. */
  async function deliverHeld(which: "all" | "until back"): Promise<void> {
    for (;;) {
      const alerts = states.takeHeld(HELD_AT_ONCE, which);
      if (alerts.length === 0) return;
      const outcome = await send(alerts, 1);
      if (outcome === "taken") continue;
      states.undelivered(alerts, outcome === "unanswered");
      return;
    }
  }

  return Object.defineProperties(handler, {
    status: { get: () => ({ waiting: queue.length, dropped }) },
    flush: { value: async () => delivering },
  }) as BudgetWebhook;
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new ConfigurationError(
    "budgetWebhook.url",
    `expected a web address, got ${shown(url)}`,
    "Give an http: or https: URL.",
  );
}

function checkedSecret(secret: string | undefined): string | undefined {
  if (secret === undefined || (typeof secret === "string" && secret !== "" && secret !== "whsec_")) return secret;
  throw new ConfigurationError(
    "budgetWebhook.secret",
    "expected text, got none",
    "Give a secret, or leave the option out to send unsigned messages.",
  );
}
