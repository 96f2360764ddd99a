import type { Exported } from "../metrics/samples.ts";
import { notAMeter } from "../model/errors.ts";
import type { RequestRecord } from "../model/request.ts";

/** Sees every request from where it begins to its record. None of its methods throws. */
export interface RequestObserver {
  /** Called where a request begins, in the application's own call tree; what it returns is kept with the request. */
  begun(): unknown;
  /** Called when the request has settled, with what {@link begun} returned. */
  settled(begun: unknown, record: RequestRecord): void;
}

/** The requests that began inside a function, as they stand. */
export interface SeenRequests {
  readonly records: readonly RequestRecord[];
  /** How many have not settled, but for those that go on at the provider. */
  readonly open: number;
}

/** What the package's own exporters need of a meter besides its public methods. */
export interface MeterInternals {
  readonly metrics: readonly Exported[];
  /** @returns what ends the observation */
  observe(observer: RequestObserver): () => void;
  /** Runs a function, and tells it of the requests that began inside it, whenever it asks. */
  within(run: (seen: () => SeenRequests) => void): void;
  /** An error of an exporter, counted in `meter_errors_total`. */
  countError(): void;
  /** Settles the requests whose answers have come. */
  settlePending(): void;
  /** Settles all requests, those under way with what was seen of them: the process ends. */
  settleAll(): void;
  /** Counts a request that another process or thread has metered. Never throws. */
  relayed(request: unknown): void;
}

/** A symbol of the process's registry: the meter and the exporter may come from two builds of the package. */
const INTERNALS = Symbol.for("llm-footprint.internals");

export function exposeInternals(meter: object, internals: MeterInternals): void {
  Object.defineProperty(meter, INTERNALS, { value: internals });
}

/** @returns undefined for an object that is not a meter */
export const internalsOf = (meter: unknown): MeterInternals | undefined =>
  typeof meter === "object" && meter !== null
    ? (meter as { readonly [INTERNALS]?: MeterInternals })[INTERNALS]
    : undefined;

/**
 * The internals of what a user has given as a meter.
 *
 * @param part what it was given to
 * @throws ConfigurationError for an object that is not a meter
 */
export function givenInternals(part: string, meter: unknown): MeterInternals {
  const internals = internalsOf(meter);
  if (!internals) throw notAMeter(part, meter);
  return internals;
}
