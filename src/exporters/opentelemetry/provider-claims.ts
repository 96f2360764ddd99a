import { createNoopMeter, type MeterProvider } from "@opentelemetry/api";

import { ConfigurationError } from "../../model/errors.ts";
import type { MeterInternals } from "../meter-internals.ts";
import { observableMetrics, type ObservableMetrics } from "./observable-metrics.ts";

interface Claim {
  readonly internals: MeterInternals;
  readonly metrics: ObservableMetrics;
  readonly holders: Set<ObservableMetrics>;
}

/** Whose totals each provider exports: two would write the same series in turn, and the last would stand for both. */
const claims = new WeakMap<MeterProvider, Claim>();

/**
 * Exports a meter at a provider; where it is exported there already, once for both who ask.
 *
 * @throws ConfigurationError where the provider exports another meter
 */
export function claimProvider(internals: MeterInternals, provider: MeterProvider): ObservableMetrics {
  // Where none is registered nothing is exported, and nobody is in anybody's way.
  if (provider.getMeter("llm-footprint") === createNoopMeter()) return observableMetrics(internals, provider);
  const present = claims.get(provider);
  if (present && present.internals !== internals) {
    throw new ConfigurationError(
      "footprintMetrics(meter)",
      "expected a MeterProvider that exports no other meter, got one that does",
      "Use one meter with labels, or give each a MeterProvider of its own. What footprintMetrics() returned ends the other's export.",
    );
  }
  const claim = present ?? { internals, metrics: observableMetrics(internals, provider), holders: new Set() };
  claims.set(provider, claim);
  return heldBy(claim, provider);
}

/** One who asked. One of several measures the requests; the export ends when all have let go. */
function heldBy({ metrics, holders }: Claim, provider: MeterProvider): ObservableMetrics {
  const holder: ObservableMetrics = {
    record(record) {
      if (holder === holders.values().next().value) metrics.record(record);
    },
    detach() {
      if (!holders.delete(holder) || holders.size > 0) return;
      metrics.detach();
      claims.delete(provider);
    },
  };
  holders.add(holder);
  return holder;
}
