import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { ConfigurationError, shown } from "../model/errors.ts";
import { alertmanagerMessage, alertsOf, REFUSED_ALERT, type Alert } from "./alertmanager.ts";
import type { BudgetEvent } from "../budgets/accounts/events.ts";

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
  /** Messages that wait, and those that were given up: too many waited, or the receiver would not have them. */
  readonly status: { readonly waiting: number; readonly dropped: number };
  /** Resolves when nothing waits any more. */
  flush(): Promise<void>;
}

/** Messages that may wait for the receiver; further ones are dropped and counted. */
const CAPACITY = 1_000;
const ATTEMPTS = 8;
const ATTEMPT_MILLISECONDS = 10_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;
/** A raised alert is not sent again before this; Alertmanager's own `repeat_interval`. */
const REPEAT_MILLISECONDS = 4 * 3600 * 1000;

/**
 * Posts budget events to a webhook in Alertmanager's format, one after the other, each until it is taken. Give it as
 * handler of the budget events.
 *
 * @throws ConfigurationError when the URL is none
 */
export function budgetWebhook(options: BudgetWebhookOptions): BudgetWebhook {
  const { secret, receiver = "llm-footprint", fetch: send = fetch, retrySeconds = 1 } = options;
  const url = checkedUrl(options.url);
  const queue: Alert[][] = [];
  /** Since when the alerts that were raised are so, and when they were last sent, by fingerprint. */
  const raised = new Map<string, { readonly startsAt: string; readonly sentAt: number }>();
  let dropped = 0;
  let delivering: Promise<void> | undefined;

  const handler = (event: BudgetEvent): void => {
    const alerts = alertsOf(event).flatMap((alert) => changed(alert, event.at.getTime()));
    if (alerts.length === 0) return;
    if (queue.length >= CAPACITY) {
      dropped += 1;
      return;
    }
    queue.push(alerts);
    delivering ??= deliver().finally(() => {
      delivering = undefined;
    });
  };

  function changed(alert: Alert, now: number): Alert[] {
    const known = raised.get(alert.fingerprint);
    if (alert.status === "resolved") {
      raised.delete(alert.fingerprint);
      if (known !== undefined) return [{ ...alert, startsAt: known.startsAt }];
      // Another replica may have raised it; only of refusals nobody can tell.
      return alert.labels.alertname === REFUSED_ALERT ? [] : [alert];
    }
    if (known !== undefined && now - known.sentAt < REPEAT_MILLISECONDS) return [];
    const startsAt = known?.startsAt ?? alert.startsAt;
    raised.set(alert.fingerprint, { startsAt, sentAt: now });
    return [{ ...alert, startsAt }];
  }

  async function deliver(): Promise<void> {
    for (let alerts = queue[0]; alerts !== undefined; alerts = queue[0]) {
      if (!(await post(JSON.stringify(alertmanagerMessage(alerts, receiver))))) dropped += 1;
      queue.shift();
    }
  }

  /** @returns whether the receiver took it */
  async function post(body: string): Promise<boolean> {
    const id = `msg_${randomUUID()}`;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await tryPost(id, body);
      if (answer === "taken") return true;
      if (answer === "rejected" || attempt === ATTEMPTS) return false;
      const pause = Math.min(retrySeconds * 1000 * 2 ** (attempt - 1), LONGEST_PAUSE_MILLISECONDS);
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { ref: false });
    }
  }

  async function tryPost(id: string, body: string): Promise<"taken" | "rejected" | "try again"> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      ...(secret !== undefined && { "webhook-signature": signature(secret, `${id}.${timestamp}.${body}`) }),
    };
    try {
      const response = await send(url, {
        method: "POST",
        headers,
        body,
        redirect: "error",
        signal: AbortSignal.timeout(ATTEMPT_MILLISECONDS),
      });
      await response.body?.cancel();
      if (response.ok) return "taken";
      return response.status >= 500 || response.status === 408 || response.status === 429 ? "try again" : "rejected";
    } catch {
      return "try again";
    }
  }

  return Object.defineProperties(handler, {
    status: { get: () => ({ waiting: queue.length, dropped }) },
    flush: { value: async () => delivering },
  }) as BudgetWebhook;
}

function signature(secret: string, content: string): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret;
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new ConfigurationError("budgetWebhook.url", `${shown(url)} is no web address`, "Give an http: or https: URL.");
}
