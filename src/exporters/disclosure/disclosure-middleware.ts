import type { IncomingMessage, ServerResponse } from "node:http";

import { sumFootprints } from "../../model/sum.ts";
import { givenInternals, type SeenRequests } from "../meter-internals.ts";
import { disclosureOf } from "./disclosed-energy.ts";
import { discloseIn } from "./disclosed-response.ts";

/** A middleware of express, or of anything else that calls such functions with Node's request and response. */
export type DisclosureMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Lets an application's answers say what they took, in the form that is being drafted for everybody, so that whoever sits
 * behind it can account for it: the sum of the requests that began while an HTTP request was handled. An event stream has
 * it as a comment before its end marker, or at its end; a JSON answer, which is held up to 4 MB until it ends, in the header
 * `x-energy-data`. No event and no body is altered. The source is `measured` where all of it was, else `estimated`. Nothing
 * is said where no model was asked, while a request is still open, and where the energy of one is unknown.
 *
 * @param meter what `createMeter` returned
 * @throws ConfigurationError for something that is not a meter
 * @example
 * ```ts
 * import { createMeter, disclosure } from "llm-footprint";
 *
 * const meter = createMeter();
 * app.use(disclosure(meter));
 * ```
 */
export function disclosure(meter: object): DisclosureMiddleware {
  const internals = givenInternals("disclosure(meter)", meter);
  return (_request, response, next) => {
    internals.within((seen) => {
      discloseIn(response, () => {
        try {
          return disclosureOfAll(seen());
        } catch {
          internals.countError();
          return undefined;
        }
      });
      next();
    });
  };
}

/** What requests took together; undefined where that is not known of all that may have taken something. */
function disclosureOfAll({ records, open }: SeenRequests): string | undefined {
  const answered = records.filter(({ footprint, outcome }) => footprint !== undefined || outcome !== "failed");
  if (open > 0 || answered.some(({ footprint }) => footprint?.energyJoules === undefined)) return undefined;
  const [provider, ...others] = new Set(answered.map((record) => record.provider));
  const footprint = sumFootprints(answered.flatMap((record) => record.footprint ?? []));
  return disclosureOf(footprint, others.length === 0 ? provider : undefined);
}
