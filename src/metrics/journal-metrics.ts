import { counter, gauge, type MetricDefinition, type Origin } from "./metric.ts";

const ADDED: Origin = { of: "added" };

/** What the journal says of itself; the meter gives the values. */
export const JOURNAL_METRICS = {
  journalLost: counter("journal_lost_requests", "Requests of which the journal could keep nothing.", ADDED),
  journalSummed: counter(
    "journal_summed_requests",
    "Requests of which the journal kept only hourly sums, because its file could not be written and memory was full.",
    ADDED,
  ),
  journalWaiting: gauge(
    "journal_waiting_requests",
    "Requests that wait to be written to the journal.",
    ADDED,
    [],
    "sum",
  ),
} as const satisfies Record<string, MetricDefinition>;
