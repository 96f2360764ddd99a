import type { Outcome } from "../model/request.ts";
import type { Stated } from "../model/stated.ts";
import type { Usage } from "../model/usage.ts";
import { usableEnergy } from "./estimates/stated-energy.ts";

const BY_THE_REQUEST: Usage = {};

/**
 * The usage that a request is attributed by: of a video, which no answer states a usage of, that it is one.
 *
 * @param outcome where it is known; what failed made nothing
 * @param stated an energy that the provider states needs no usage
 */
export const countableUsage = (
  usage: Usage | undefined,
  operation: string,
  outcome: Outcome = "completed",
  stated?: Stated | "unreadable",
): Usage | undefined =>
  usage ??
  ((operation === "videos" && outcome === "completed") ||
  (typeof stated === "object" && usableEnergy(stated) !== undefined)
    ? BY_THE_REQUEST
    : undefined);
