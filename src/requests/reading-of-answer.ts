import type { Ending, SeenBody } from "../transport/body-tap.ts";
import { readBody, withUsageOfHeaders } from "../wire/read-body.ts";
import type { Reading } from "../wire/reading.ts";
import { readStatement } from "../wire/stated/read-statement.ts";
import { contentTypeOf, type AnswerHead } from "./answer-head.ts";
import type { RequestStart } from "./request-start.ts";

/** What an answer says of its request: in its body, in its headers, and of its own footprint. */
export function readingOfAnswer(
  { origin, endpoint, asked }: RequestStart,
  ending: Ending,
  seen: SeenBody,
  headers: AnswerHead["headers"] | undefined,
): Reading {
  const contentType = contentTypeOf(headers, seen);
  const body = readBody(endpoint.dialect, ending, seen, contentType, asked);
  const reading = withUsageOfHeaders(endpoint.dialect, body, headers);
  const stated = readStatement(origin.provider, seen, contentType, reading, headers);
  return stated === undefined ? reading : { ...reading, stated };
}
