import type { IncomingHttpHeaders } from "node:http";

/** One HTTP request, read whole, as a handler sees it. */
export interface Exchange {
  /** Rises by one per request of a provider, so that ids in answers are the same in every run. */
  readonly number: number;
  readonly method: string;
  /** Below the API's root, such as `/chat/completions`. */
  readonly path: string;
  /** The values of the route's `:name` segments. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON; of a form an object of its fields, with a file as `{ name, bytes }`; else undefined. */
  readonly body: unknown;
  /** The deployment named in an Azure path. */
  readonly deployment: string | undefined;
}

/** The data of an event that says itself what it is. */
export interface TypedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ServerSentEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** What a handler answers; how it goes over the wire is decided in `deliver.ts`. */
export type Answer =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "bytes"; readonly contentType: string; readonly bytes: Uint8Array }
  | { readonly kind: "events"; readonly events: readonly ServerSentEvent[]; readonly endsWithDone: boolean }
  /** A stream of objects: one a line, or one JSON array whose elements come one after another. */
  | { readonly kind: "lines"; readonly items: readonly unknown[] }
  | { readonly kind: "array"; readonly items: readonly unknown[] };

export type Handler = (exchange: Exchange) => Answer;

/** Handlers by `METHOD /path/:parameter`. */
export type Routes = Readonly<Record<string, Handler>>;

/** A file as it was uploaded in a form. */
export interface UploadedFile {
  readonly name: string;
  readonly bytes: number;
}

export const json = (body: unknown, status = 200): Answer => ({ kind: "json", status, body });

export const text = (body: string, contentType = "text/plain; charset=utf-8"): Answer => ({
  kind: "bytes",
  contentType,
  bytes: Buffer.from(body),
});

export const bytes = (body: Uint8Array, contentType: string): Answer => ({ kind: "bytes", contentType, bytes: body });

/** A stream whose events carry data only and which ends with `[DONE]`. */
export const dataEvents = (data: readonly unknown[]): Answer => ({
  kind: "events",
  events: data.map((item) => ({ data: item })),
  endsWithDone: true,
});

/** A stream whose events are named by the `type` in their data. */
export const typedEvents = (data: readonly TypedEvent[]): Answer => ({
  kind: "events",
  events: data.map((item) => ({ event: item.type, data: item })),
  endsWithDone: false,
});

/** A stream of data only, which just ends. */
export const unendedEvents = (data: readonly unknown[]): Answer => ({
  kind: "events",
  events: data.map((item) => ({ data: item })),
  endsWithDone: false,
});

/** A stream of JSON objects, one a line. */
export const jsonLines = (items: readonly unknown[]): Answer => ({ kind: "lines", items });

/** One JSON array, sent element by element. */
export const jsonArray = (items: readonly unknown[]): Answer => ({ kind: "array", items });

/** Thrown by a handler that refuses a request. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
