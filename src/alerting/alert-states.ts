import { REFUSED_ALERT, type Alert } from "./alertmanager.ts";

/** A raised alert is not sent again before this; Alertmanager's own `repeat_interval`. */
const REPEAT_MILLISECONDS = 4 * 3600 * 1000;

/** Alerts whose state is remembered. Of those that are forgotten, one that still fires is sent again earlier. */
const REMEMBERED = 10_000;

/** Alerts that are kept for a receiver that could not be reached. */
const HELD = 1_000;

interface HeldAlert {
  readonly alert: Alert;
  readonly untilBack: boolean;
}

/** What the receiver knows of the alerts, and what it does not know yet although it was posted. */
export function createAlertStates() {
  /** Since when the alerts that were raised are so, and when they were last sent, by fingerprint. */
  const raised = new Map<string, { readonly startsAt: string; readonly sentAt: number }>();
  /** The latest state of alerts that could not be delivered, by fingerprint. */
  const held = new Map<string, HeldAlert>();

  return {
    /** How many alerts are held. */
    get held() {
      return held.size;
    },

    /** What of an alert the receiver has to be sent at `now`: nothing where it knows. */
    toSend(alert: Alert, now: number): Alert[] {
      const known = raised.get(alert.fingerprint);
      if (alert.status === "resolved") {
        raised.delete(alert.fingerprint);
        held.delete(alert.fingerprint);
        if (known !== undefined) return [{ ...alert, startsAt: known.startsAt }];
        // Another replica may have raised it; only of refusals nobody can tell.
        return alert.labels.alertname === REFUSED_ALERT ? [] : [alert];
      }
      if (known !== undefined && now - known.sentAt < REPEAT_MILLISECONDS) return [];
      const startsAt = known?.startsAt ?? held.get(alert.fingerprint)?.alert.startsAt ?? alert.startsAt;
      held.delete(alert.fingerprint);
      raised.delete(alert.fingerprint);
      raised.set(alert.fingerprint, { startsAt, sentAt: now });
      if (raised.size > REMEMBERED) raised.delete(raised.keys().next().value!);
      return [{ ...alert, startsAt }];
    },

    /**
     * The receiver did not take these: they are as if never sent, and held, the first thousand of them.
     *
     * @param untilBack whether the receiver will take them as soon as it takes anything
     */
    undelivered(alerts: readonly Alert[], untilBack: boolean): void {
      for (const alert of alerts) {
        const isLatest = alert.status === "resolved" || raised.get(alert.fingerprint)?.startsAt === alert.startsAt;
        if (!isLatest) continue;
        raised.delete(alert.fingerprint);
        if (held.size < HELD) held.set(alert.fingerprint, { alert, untilBack });
      }
    },

    /** Some of the alerts that are held, to be sent once more: all of them in turn, or only those until the receiver is back. */
    takeHeld(count: number, which: "all" | "until back"): Alert[] {
      const alerts = [...held.values()]
        .filter(({ untilBack }) => which === "all" || untilBack)
        .slice(0, count)
        .map(({ alert }) => alert);
      for (const { fingerprint, status, startsAt } of alerts) {
        held.delete(fingerprint);
        if (status === "firing") raised.set(fingerprint, { startsAt, sentAt: Date.now() });
      }
      return alerts;
    },
  };
}
