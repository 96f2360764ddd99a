import { errorTypeOf, isAbort } from "../requests/error-type.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import { StreamEvent } from "../wire/framing.ts";
import type { JsonObject } from "../wire/json.ts";
import { SeenEvents } from "../wire/read-objects.ts";

/** One event as an SDK gives it to the application. */
export interface ParsedEvent {
  readonly type: string | undefined;
  readonly object: JsonObject;
  /** Whether nothing of the answer can come after it. */
  readonly isTerminal: boolean;
}

type Iterate = (this: unknown) => AsyncIterator<unknown>;

/**
 * Observes a stream that an SDK hands over as an iterable of parsed events: through its own iterator, which the
 * application drives.
 *
 * @param parse what an item is; undefined for one that says nothing
 */
export function observeEvents(
  stream: object,
  request: PendingRequest,
  parse: (item: unknown) => ParsedEvent | undefined,
): void {
  const iterate = (stream as { readonly [Symbol.asyncIterator]: Iterate })[Symbol.asyncIterator];
  const seen = new SeenEvents(request.start.endpoint.dialect, request.start.asked);
  let isOver = false;
  const end = (ending: "complete" | "cancelled" | "broken", error?: unknown): void => {
    const reading = seen.read();
    if (reading.error !== undefined) return request.settle("failed", reading.error, reading);
    if (ending === "complete" || isOver) return request.settle("completed", undefined, reading);
    if (isAbort(error) && request.start.judge.timedOut?.() === true)
      return request.settle("failed", "timeout", reading);
    if (ending === "cancelled" || isAbort(error))
      return request.settle("abandoned", isAbort(error) ? "aborted" : ending, reading);
    request.settle("failed", errorTypeOf(error), reading);
  };
  const see = (item: unknown): void => {
    const event = parse(item);
    if (!event) return;
    if (seen.add(new StreamEvent(event.type, "", event.object))) request.contentSeen();
    isOver ||= event.isTerminal;
  };
  Object.defineProperty(stream, Symbol.asyncIterator, {
    value: function (this: unknown) {
      const iterator = iterate.call(this);
      const { next, return: leave, throw: fail } = iterator;
      const observing: AsyncIterator<unknown> & AsyncIterable<unknown> = {
        async next(...parameters) {
          try {
            const result = await next.apply(iterator, parameters);
            if (result.done) end("complete");
            else see(result.value);
            return result;
          } catch (error) {
            end("broken", error);
            throw error;
          }
        },
        ...(leave && {
          return(value?: unknown) {
            end("cancelled");
            return leave.call(iterator, value);
          },
        }),
        ...(fail && { throw: (error?: unknown) => fail.call(iterator, error) }),
        [Symbol.asyncIterator]() {
          return observing;
        },
      };
      return observing;
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
  unread.register(stream, request);
}

/** A stream that nobody has read to its end is over when it is collected. */
const unread = new FinalizationRegistry<PendingRequest>((request) => request.settle("abandoned", "unread", undefined));
