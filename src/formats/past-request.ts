import type { SpanLink } from "../model/enclosing-span.ts";
import type { EndedRequest } from "../records/ended-request.ts";
import type { DateNotation } from "./moment.ts";
import type { DecimalMark } from "./number.ts";
import { reasonOf } from "./rejected-record.ts";

/** A record of any file: names and values, of JSON or of a row of CSV. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request of the past, or the sum of several, as a file states it. */
export interface PastRequest extends EndedRequest {
  /** The same whenever and wherever this request is read; undefined where the file gives none. */
  readonly id: string | undefined;
  /** How many requests it stands for; usage is then their sum. */
  readonly requests: number;
  /** The stretch of time that a sum covers, where it is one of a provider's usage export. */
  readonly bucket?: Bucket;
  /** What is known of the span that it was read from; several spans may show one request. */
  readonly sighting?: Sighting;
  /** Where labels are looked for: the record itself, and what it stands in, innermost first. */
  readonly labelSources: readonly Fields[];
}

export interface Bucket {
  /** What is counted, such as `openai/completions`: buckets of one series must not overlap. */
  readonly series: string;
  /** Milliseconds since 1970; the bucket begins where the request starts. */
  readonly endedAtMilliseconds: number;
  /** The dimensions that the rows were told apart by: the same period grouped otherwise is the same requests again. */
  readonly grouping: readonly string[];
  /** Dimensions that only some of the rows have a value of. */
  readonly partly?: readonly string[];
  /** Whether rows of this id within one file are parts of one sum. */
  readonly addsUp?: boolean;
  /** Whether readings of this id know different numbers of one sum, such as input in one file and output in another. */
  readonly completes?: boolean;
}

/** One instrumentation's view of a request. */
export interface Sighting {
  /** Trace and span. */
  readonly key: string;
  /** The key of the span that it stands in; undefined at the top. */
  readonly parent: string | undefined;
  /** The id of the provider's answer. */
  readonly answer: string | undefined;
  /** Which instrumentation saw it. */
  readonly scope: string;
  /** Whether the SDK itself saw it, which is nearest to the wire. */
  readonly fromSdk: boolean;
}

/** A record that should describe a request and cannot be used. */
export interface Rejection {
  /** In words, without any value of the record. */
  readonly rejected: string;
  /** The record's own id, where it has one. */
  readonly id?: string | undefined;
}

/** A record that describes something else, such as a tool's span or an answer from a cache. */
export interface PassedOver {
  /** What it is, in the plural: `spans of agents and tools`. */
  readonly passedOver: string;
  /** Of a span that is not a call: what it stands in, for the calls within it. */
  readonly link?: SpanLink | undefined;
}

/** What one record comes to. */
export type Finding = PastRequest | Rejection | PassedOver;

export const isRequest = (finding: Finding): finding is PastRequest => "requests" in finding;

/** How a file writes what can be written in several ways. */
export interface Notation {
  readonly dates: DateNotation;
  /** @default only digits that mean the same in every notation */
  readonly decimal?: DecimalMark;
  /** Milliseconds since 1970: requests of the day after tomorrow are wrong. */
  readonly now: number;
}

/** A kind of file that requests can be read from. */
export interface RecordKind {
  readonly name: string;
  /** Whether a record looks like one of this kind. */
  matches(fields: Fields): boolean;
  /**
   * What a record comes to; a record of several requests comes to several findings. Pure, unless `begin` is there.
   *
   * @throws RejectedRecord when it should describe a request and does not
   */
  read(fields: Fields, notation: Notation): readonly Finding[];
  /** For kinds whose records refer to earlier ones of the same file: the reader of one file. */
  begin?(): Pick<RecordKind, "read">;
  /** What a user of this kind must know, said once. */
  readonly note?: string;
}

/** What is usual for a past request, to be overridden by what is known. */
export const PAST_REQUEST: Omit<
  PastRequest,
  "id" | "provider" | "operation" | "startedAtMilliseconds" | "labelSources"
> = {
  requests: 1,
  host: "",
  zone: undefined,
  labels: {},
  requestedModel: undefined,
  respondedModel: undefined,
  outcome: "completed",
  errorType: undefined,
  attempts: 1,
  durationSeconds: 0,
  timeToFirstTokenSeconds: undefined,
  usage: undefined,
  usageSource: "missing",
  rawUsage: undefined,
};

/** Reads each of several parts of a record on its own: a bad one rejects only itself. */
export function readEach<Part>(
  parts: readonly Part[],
  read: (part: Part) => Finding | readonly Finding[],
  idOf: (part: Part) => string | undefined = () => undefined,
): Finding[] {
  return parts.flatMap((part) => {
    try {
      return read(part);
    } catch (error) {
      return { rejected: reasonOf(error), id: idOf(part) };
    }
  });
}
