import { setImmediate } from "node:timers/promises";

import { sumFootprints } from "../model/sum.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { Footprint } from "../model/footprint.ts";
import type { SeenRequests } from "../exporters/meter-internals.ts";
import type { RequestRecord } from "../model/request.ts";
import { Measurement } from "../scopes/measurement.ts";
import type { Requests } from "../requests/requests.ts";
import type { Scopes } from "../scopes/scopes.ts";

/** How a measurement waits for requests that still run. */
export interface MeasureOptions {
  /**
   * What to do about requests that are still open when the function has returned, such as a stream that is read
   * elsewhere: `wait` for them, or `report` how many there are. Default `wait`; a function that returns a stream for
   * its caller to read needs `report`.
   */
  readonly open?: "wait" | "report";
}

/** What a function returned, and what its requests amounted to. */
export interface Measured<Result> {
  /** What the measured function returned. */
  readonly result: Result;
  /** The sum over the requests that have one; undefined when none has. */
  readonly footprint: Footprint | undefined;
  /** The settled requests, in the order in which they settled. */
  readonly requests: readonly RequestRecord[];
  /** Requests that had not settled; with `open: "wait"`, background jobs only, which go on at the provider. */
  readonly open: number;
}

const OPEN: readonly unknown[] = ["wait", "report"];

export async function measure<Result>(
  scopes: Scopes,
  underWay: Requests,
  run: () => Result | Promise<Result>,
  { open = "wait" }: MeasureOptions = {},
): Promise<Measured<Result>> {
  if (!OPEN.includes(open)) {
    throw new ConfigurationError("measure.open", `expected wait or report, got ${shown(open)}`, "Use wait or report.");
  }
  const measurement = new Measurement();
  const result = await scopes.withMeasurement(measurement, run);
  // A call that was not awaited is on its way through the SDK for some turns before it becomes a request.
  await setImmediate();
  underWay.settlePending();
  // The function has its answers, so that nothing of it is tried again.
  underWay.settleGuesses();
  if (open === "wait") await measurement.allSettled();
  const requests = [...measurement.records];
  const footprints = requests.flatMap(({ footprint }) => footprint ?? []);
  return { result, footprint: sumFootprints(footprints), requests, open: measurement.open };
}

/** Runs a function, and tells it of the requests that began inside it, whenever it asks. */
export function seenWithin(scopes: Scopes, settlePending: () => void, run: (seen: () => SeenRequests) => void): void {
  const measurement = new Measurement();
  const seen = (): SeenRequests => {
    settlePending();
    return { records: measurement.records, open: measurement.awaited };
  };
  scopes.withMeasurement(measurement, () => run(seen));
}
