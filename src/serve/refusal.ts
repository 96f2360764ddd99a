import type { ServerResponse } from "node:http";

import { GATEWAY_VIA } from "../requests/gateway-mark.ts";
import type { ApiFamily } from "../wire/family.ts";

/** Why the gateway answers in the upstream's place. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 408 | 413 | 417 | 429 | 431 | 501 | 502 | 503 | 504;
  readonly message: string;
  /** After how many seconds it may be worth trying again. */
  readonly retryAfterSeconds?: number;
}

/** Where a path names no upstream. */
export const UNKNOWN_PATH: Refusal = {
  status: 404,
  message: "llm-footprint: expected a path that begins with the name of an upstream, such as /openai/v1",
};

/** Answers in the family's own shape of an error, so that each SDK raises the error that it would raise for its provider. */
export function refuse(response: ServerResponse, family: ApiFamily | undefined, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { headers, body } = refusalAnswer(family, refusal);
  response.writeHead(refusal.status, headers).end(body);
  // Some clients read an answer only when they have sent all of the body.
  if (!response.req.complete) response.req.unpipe().resume();
}

/** A refusal's headers and body. */
export function refusalAnswer(
  family: ApiFamily | undefined,
  { status, message, retryAfterSeconds }: Refusal,
): { readonly headers: Readonly<Record<string, string | number>>; readonly body: string } {
  const body = JSON.stringify(family?.errorBody?.(status, message) ?? openaiError(status, message));
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    // What the gateway answers by itself it has counted, or it was nobody's request.
    Via: GATEWAY_VIA,
    ...family?.errorHeaders?.(status),
    // Stainless SDKs try a 408, 429 or 5xx again unless they are told not to.
    ...(!MAY_PASS.has(status) && { "x-should-retry": "false" }),
    ...(retryAfterSeconds !== undefined && { "Retry-After": Math.max(1, Math.ceil(retryAfterSeconds)) }),
  };
  return { headers, body };
}

/** What may be over when the client tries again. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 502, 504]);

const openaiError = (status: number, message: string): object => ({
  error: { message, type: status === 429 ? "insufficient_quota" : "gateway_error", param: null, code: String(status) },
});
