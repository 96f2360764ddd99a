import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { headerOf } from "./headers.ts";
import type { Refusal } from "./refusal.ts";

/** The gateway's own token; `Authorization` belongs to the provider. */
export const TOKEN_HEADER = "x-footprint-token";

/** What a request without it is told. */
export const TOKEN_EXPECTED: Refusal = { status: 401, message: `llm-footprint: expected the token in ${TOKEN_HEADER}` };

/** Whether a request may use the gateway. @param token undefined where anybody may who can reach it */
export function mayPass(token: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (token === undefined) return true;
  const given = headerOf(headers, TOKEN_HEADER);
  return given !== undefined && isSame(given, token);
}

/** Takes the same time wherever the texts differ. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
