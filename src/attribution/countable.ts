import type { Outcome } from "../model/request.ts";
import type { Usage } from "../model/usage.ts";

const BY_THE_REQUEST: Usage = {};

/**
 * The usage that a request is attributed by: of a video, which no answer states a usage of, that it is one.
 *
 * @param outcome where it is known; what failed made nothing
 */
export const countableUsage = (
  usage: Usage | undefined,
  operation: string,
  outcome: Outcome = "completed",
): Usage | undefined => usage ?? (operation === "videos" && outcome === "completed" ? BY_THE_REQUEST : undefined);
