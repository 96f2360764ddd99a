import { errorMonitor } from "node:events";
import type { Readable } from "node:stream";

import type { BodyTap } from "./body-tap.ts";
import { nonEnumerable } from "./stream-tap.ts";
import { watchBody } from "./unread.ts";

/** node-fetch, the default of openai 4, answers with Node streams instead of web streams. */
export const isNodeStream = (body: unknown): body is Readable =>
  typeof body === "object" && body !== null && "pipe" in body && "push" in body && typeof body.push === "function";

/** Node ends its own request when a loop over the answer is left, and then calls the connection reset. */
const isLeft = (stream: Readable): boolean =>
  (stream as Readable & { readonly req?: { readonly aborted?: boolean } }).req?.aborted === true;

/** Sees what is read from a Node stream: whoever reads it, and however, it emits what it hands over. */
export function tapNodeStream(stream: Readable, tap: BodyTap): void {
  const { emit } = stream;
  const see = (event: unknown, value: unknown): void => {
    if (event === "end") tap.end();
    else if (event === "close") tap.cancel();
    else if (event !== "data") return;
    else if (typeof value === "string") tap.chunk(Buffer.from(value, stream.readableEncoding ?? undefined));
    else if (value instanceof Uint8Array) tap.chunk(value);
  };
  Object.defineProperties(
    stream,
    nonEnumerable({
      emit(this: Readable, ...event: Parameters<Readable["emit"]>): boolean {
        see(event[0], event[1]);
        return emit.apply(this, event);
      },
    }),
  );
  tap.handedOut = true;
  stream.once(errorMonitor, (error) => (isLeft(stream) ? tap.cancel() : tap.break(error)));
  watchBody(stream, tap);
}
