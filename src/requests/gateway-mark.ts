import type { AnswerHead } from "./answer-head.ts";

/**
 * How a gateway of ours signs the answers to requests that it has counted: in `Via`, as whoever passes messages on does
 * (RFC 9110 §7.6.3).
 */
export const GATEWAY_VIA = "1.1 llm-footprint";

/** Whether a gateway of ours has counted the request of this answer. */
export function isCountedByGateway({ headers }: Pick<AnswerHead, "headers">): boolean {
  const via = headers.get("via");
  return via !== null && via.split(",").some((hop) => hop.trim() === GATEWAY_VIA);
}
