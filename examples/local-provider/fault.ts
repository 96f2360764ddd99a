import { Refusal } from "./exchange.ts";

/**
 * What goes differently from a plain answer. Several can be combined; each request takes the next one that a test
 * queued, else what the provider's `fault` option says, else the JSON in its own `x-fault` header.
 */
export interface Fault {
  /** An error with this HTTP status, in the provider's own shape. */
  readonly status?: number;
  /** Sent as `retry-after-ms`, which OpenAI's SDK reads, and rounded up in `retry-after`, which both read. */
  readonly retryAfterMilliseconds?: number;
  /** Before the headers. */
  readonly latencyMilliseconds?: number;
  /** Before each write of a stream. */
  readonly chunkIntervalMilliseconds?: number;
  /** The connection is cut: before the headers, in the middle of the body, or after so many writes. */
  readonly drop?: "before_headers" | "mid_body" | number;
  /** After so many writes nothing more is sent until the client has left; 2 seconds later the rest is sent anyway. */
  readonly holdAfter?: number;
  readonly gzip?: boolean;
  /** The body is cut into writes of these sizes, over and over, wherever that falls. */
  readonly writeBytes?: readonly number[];
  /** How many events go into one write. */
  readonly eventsPerWrite?: number;
  /** Of server-sent events. */
  readonly lineEnd?: "\n" | "\r\n" | "\r";
  /** A comment of this size before each event, as some gateways send to keep a connection open. */
  readonly commentBytes?: number;
  /** Sent as it is, with status 200, in place of the answer. */
  readonly body?: string;
  /** With `body`, `application/json` by default; of a stream, in place of its own. */
  readonly contentType?: string;
  /** Put in place of every `usage` in the answer; `null` takes it out. */
  readonly usage?: unknown;
  /** After so many events an event with an error, then the end. */
  readonly errorEventAfter?: number;
  /** The stream just ends, without its `[DONE]`. */
  readonly omitDone?: boolean;
}

/** The fault that a request asks for itself. */
export function faultFromHeader(header: string | string[] | undefined): Fault | undefined {
  if (typeof header !== "string") return undefined;
  try {
    return JSON.parse(header) as Fault;
  } catch {
    throw new Refusal(400, `x-fault must be JSON such as {"status":429}; got ${header}`);
  }
}

const USAGE_KEYS = new Set(["usage", "usage_info", "usageMetadata", "meta"]);

/** A copy of an answer in which each usage that is there is replaced, or taken out when `usage` is null. */
export function withUsage(answer: unknown, usage: unknown): unknown {
  if (Array.isArray(answer)) return answer.map((item: unknown) => withUsage(item, usage));
  if (typeof answer !== "object" || answer === null) return answer;
  const entries = Object.entries(answer).flatMap(([key, value]: [string, unknown]) => {
    if (!USAGE_KEYS.has(key) || value === null || value === undefined) return [[key, withUsage(value, usage)]];
    return usage === null ? [] : [[key, usage]];
  });
  return Object.fromEntries(entries) as unknown;
}
