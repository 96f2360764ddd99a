import type { Endpoint } from "./dialect.ts";
import type { JsonObject } from "./json.ts";

/** A message that begins or ends a turn of a socket. Each turn is a request. */
export interface Turn {
  readonly endpoint: Endpoint;
  /** By which its end is known to be its own; undefined for a turn of which the end alone is told. */
  readonly id: string | undefined;
  /** Whether it has ended, and the message says what it consumed. */
  readonly isOver: boolean;
}

/** Reads the messages that come down one socket, in their order; undefined for one that is about no turn. */
export type SocketReader = (message: JsonObject) => Turn | undefined;
