import type { IncomingMessage, ServerResponse } from "node:http";

import { at } from "../formats/fields.ts";
import { litellm } from "../formats/kinds/litellm.ts";
import { otelSpans } from "../formats/otel/otel-spans.ts";
import type { PastRequest } from "../formats/past-request.ts";
import type { Labels } from "../model/request.ts";
import type { EndedRequest } from "../records/ended-request.ts";
import { receiver, type ReceivedBatch } from "./receiver.ts";
import { isObject } from "../wire/json.ts";
import type { SeenRequests } from "./seen-requests.ts";
import { otlpJsonOf, otlpResponse, otlpStatus } from "./otlp-protobuf.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The receivers of other programs' records, by their paths. */
export function receivers(
  labelNames: readonly string[],
  record: (request: EndedRequest) => unknown,
  seenRequests: () => Pick<SeenRequests, "isNew" | "link">,
): ReadonlyMap<string, Handler> {
  const labelsOf = (request: PastRequest): Labels => labelsIn(request, labelNames);
  return new Map<string, Handler>([
    [
      "/v1/traces",
      receiver({
        kind: otelSpans,
        decode: (body, contentType) => spanDocument(isProtobuf(contentType) ? otlpJsonOf(body) : jsonOf(body)),
        acknowledge: acknowledgeOtlp,
        refuse: refuseOtlp,
        labelsOf,
        seen: seenRequests(),
        record,
      }),
    ],
    [
      "/ingest/litellm",
      receiver({
        kind: litellm,
        decode: jsonOf,
        acknowledge: (response, outcome) => json(response, outcome),
        refuse: (response, status, message) => json(response, { message }, status),
        labelsOf,
        seen: seenRequests(),
        record,
      }),
    ],
  ]);
}

/** A byte order mark, which the writers of JSON should leave out and its readers may pass over (RFC 8259 §8.1), is none of it. */
const jsonOf = (body: Buffer): unknown => JSON.parse(new TextDecoder().decode(body)) as unknown;

/** OTLP leaves out what is empty, or says `null`: such a request has no spans, and nothing is wrong with it. */
const spanDocument = (document: unknown): unknown =>
  isObject(document) && Object.values(document).every((value) => value === null) ? [] : document;

/** Each declared label, where the record or what it stands in has it as text: the innermost first. */
function labelsIn({ labelSources }: PastRequest, labelNames: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const name of labelNames) {
    for (const source of labelSources) {
      const value = at(source, name);
      if (typeof value !== "string" || value === "") continue;
      labels[name] = value;
      break;
    }
  }
  return labels;
}

/**
 * A partial success says how many spans were rejected, and that they must not be sent again.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
function acknowledgeOtlp(
  response: ServerResponse,
  { rejected, reason = "" }: ReceivedBatch,
  contentType: string,
): void {
  if (isProtobuf(contentType)) {
    response.writeHead(200, { "Content-Type": PROTOBUF }).end(otlpResponse(rejected, reason));
    return;
  }
  json(response, rejected === 0 ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: reason } });
}

const PROTOBUF = "application/x-protobuf";
const isProtobuf = (contentType: string): boolean => /^application\/(?:x-)?protobuf\b/.test(contentType);

/**
 * An error of OTLP is a `google.rpc.Status`, in the encoding of the request.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#failures-1
 */
function refuseOtlp(response: ServerResponse, status: number, message: string, contentType: string): void {
  if (!isProtobuf(contentType)) return json(response, { message }, status);
  response.writeHead(status, { "Content-Type": PROTOBUF }).end(otlpStatus(message));
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}
