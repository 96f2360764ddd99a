import { errorMonitor } from "node:events";
import type { Readable } from "node:stream";
import type { BodyTap } from "./body-tap.ts";
import { nonEnumerable } from "./stream-tap.ts";
import { watchBody } from "./unread.ts";

/** node-fetch, the default of openai 4, answers with Node streams instead of web streams. */
export const isNodeStream = (body: unknown): body is Readable =>
  typeof body === "object" && body !== null && "pipe" in body && "push" in body && typeof body.push === "function";

/** Sees what arrives in a Node stream. `push` is where its source puts bytes, so flow and back pressure stay as they are. */
export function tapNodeStream(stream: Readable, tap: BodyTap): void {
  const push = stream.push.bind(stream);
  Object.defineProperties(
    stream,
    nonEnumerable({
      push(chunk: unknown, encoding?: BufferEncoding): boolean {
        if (chunk === null) tap.end();
        else if (typeof chunk === "string") tap.chunk(Buffer.from(chunk, encoding));
        else if (chunk instanceof Uint8Array) tap.chunk(chunk);
        return push(chunk, encoding);
      },
    }),
  );
  tap.handedOut = true;
  stream.once(errorMonitor, (error) => tap.break(error));
  stream.once("close", () => tap.cancel());
  watchBody(stream, tap);
}
