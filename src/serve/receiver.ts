import type { IncomingMessage, ServerResponse } from "node:http";

import { isRequest, type Finding, type PastRequest, type RecordKind } from "../formats/past-request.ts";
import { reasonOf } from "../formats/rejected-record.ts";
import type { Labels } from "../model/request.ts";
import type { EndedRequest } from "../records/ended-request.ts";
import { isObject } from "../wire/json.ts";
import { READABLE_CODINGS } from "./content-decoder.ts";
import { receivedBody, TooLarge, UnknownCoding } from "./received-body.ts";
import type { SeenRequests } from "./seen-requests.ts";

/** What a receiver does with what it has read. */
export interface ReceiverOptions {
  readonly kind: RecordKind;
  /**
   * A body as the document that {@link kind} reads.
   *
   * @param contentType in lower case
   * @throws Error for a body that is not one
   */
  decode(body: Buffer, contentType: string): unknown;
  /** How a batch is acknowledged. */
  acknowledge(response: ServerResponse, outcome: ReceivedBatch, contentType: string): void;
  /** How a batch is refused as a whole. */
  refuse(response: ServerResponse, status: number, message: string, contentType: string): void;
  readonly seen: Pick<SeenRequests, "isNew" | "link">;
  /** The labels of a request by what its record, and what that stands in, says. */
  labelsOf(request: PastRequest): Labels;
  /** Attributes a request and adds it up. */
  record(request: EndedRequest): unknown;
}

/** What became of one batch. */
export interface ReceivedBatch {
  readonly counted: number;
  readonly known: number;
  readonly rejected: number;
  /** Why the first of the rejected ones was, in words without any value of the record. */
  readonly reason: string | undefined;
}

/** Takes other programs' records of requests over HTTP, and counts each request once. */
export function receiver(
  options: ReceiverOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const contentType = (request.headers["content-type"] ?? "").toLowerCase();
    const refuse = (status: number, message: string): void => options.refuse(response, status, message, contentType);
    if (request.method !== "POST") {
      response.setHeader("Allow", "POST");
      refuse(405, "expected a POST");
      return;
    }
    let document: unknown;
    try {
      document = options.decode(await receivedBody(request), contentType);
    } catch (error) {
      if (error instanceof TooLarge) refuse(413, "expected 20 MiB or less, also after it is unzipped");
      else if (error instanceof UnknownCoding) {
        response.setHeader("Accept-Encoding", READABLE_CODINGS);
        refuse(415, `expected one of these codings, or none: ${READABLE_CODINGS}`);
      } else refuse(400, "the body could not be read");
      return;
    }
    options.acknowledge(response, take(options, Array.isArray(document) ? document : [document]), contentType);
  };
}

function take(options: ReceiverOptions, items: readonly unknown[]): ReceivedBatch {
  const { kind, seen } = options;
  let [counted, known, rejected] = [0, 0, 0];
  let reason: string | undefined;
  const notation = { dates: {}, now: Date.now() };
  const findings = items.flatMap((item) => findingsOf(kind, item, notation));
  for (const finding of findings) {
    if ("rejected" in finding) {
      rejected++;
      reason ??= finding.rejected;
    } else if ("link" in finding && finding.link) seen.link(finding.link);
  }
  for (const request of bestFirst(findings.filter(isRequest))) {
    if (!seen.isNew(request)) known++;
    else if (isRecorded(options, request)) counted++;
    else {
      rejected++;
      reason ??= "an internal error, which is counted";
    }
  }
  return { counted, known, rejected, reason };
}

/** Spans that stand in each other are few. */
const MOST_DEPTH = 100;

/** Of several spans of one request, the first counts: one that states a usage, and of these the innermost. */
function bestFirst(requests: readonly PastRequest[]): readonly PastRequest[] {
  if (requests.length < 2) return requests;
  const parents = new Map(requests.flatMap(({ sighting }) => (sighting ? [[sighting.key, sighting.parent]] : [])));
  const depth = ({ sighting }: PastRequest): number => {
    let steps = 0;
    for (let key = sighting?.parent; key !== undefined && steps < MOST_DEPTH; key = parents.get(key)) steps++;
    return steps;
  };
  const ranked = requests.map((request) => ({ request, isUsed: request.usage ? 1 : 0, depth: depth(request) }));
  return ranked.sort((a, b) => b.isUsed - a.isUsed || b.depth - a.depth).map(({ request }) => request);
}

/** Sending a request again that fails by an error of ours would only fail again. */
function isRecorded(options: ReceiverOptions, finding: PastRequest): boolean {
  try {
    options.record({ ...finding, labels: options.labelsOf(finding) });
    return true;
  } catch {
    return false;
  }
}

function findingsOf(kind: RecordKind, item: unknown, notation: Parameters<RecordKind["read"]>[1]): readonly Finding[] {
  if (!isObject(item)) return [{ rejected: "expected an object" }];
  if (!kind.matches(item)) return [{ rejected: "the record is of another kind" }];
  try {
    return kind.read(item, notation);
  } catch (error) {
    return [{ rejected: reasonOf(error) }];
  }
}
