import type { Usage } from "../model/usage.ts";
import type { JsonObject } from "./json.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

/** How one API family reports what a request consumed. */
export interface Dialect {
  /** The key under which an answer, or the event that carries it, holds the usage object. */
  readonly usageKey: "usage" | "usage_info";
  /** The provider's usage object as disjoint classes; undefined when it states none. */
  usage(raw: JsonObject): Usage | undefined;
  /** What an answer says by its content beside its usage object, or without one: the number of images. */
  usageOfAnswer?(answer: JsonObject): Usage | undefined;
  /** The same of an answer that is too long to be parsed. */
  usageOfText?(text: string): Usage | undefined;
  /** Whether an answer may be about something that goes on, so that its state must be read. */
  readonly stateful?: boolean;
  /** For answers that may be streamed. */
  readonly stream?: StreamDialect;
}

export interface StreamDialect {
  /** What the event stands for by itself that states the usage: an image. */
  readonly usageOfEvent?: Usage;
  /** Whether nothing of the answer can come after this event. */
  isTerminal(event: ServerSentEvent): boolean;
  /**
   * How many characters of generated output an event carries: text, reasoning or arguments of a tool call.
   * Undefined when it carries none.
   */
  outputCharacters(data: JsonObject): number | undefined;
}

/** What one logical request is, on the wire. */
export interface Endpoint {
  /** The `operation` label. */
  readonly operation: string;
  readonly dialect: Dialect;
  /**
   * `create`: each POST is a request. `follow`: asks after a request that was created before and is counted when
   * that has ended; never a request by itself.
   */
  readonly role: "create" | "follow";
}
