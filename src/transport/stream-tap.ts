import type { ReadableStreamReadResult, StreamPipeOptions } from "node:stream/web";
import type { BodyTap } from "./body-tap.ts";
import { stampOf } from "./stamp.ts";
import { watchBody } from "./unread.ts";

const tapOfStream = stampOf<BodyTap>();
const tapOfReader = stampOf<BodyTap>();

type Stream = ReadableStream<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;
type ReadResult = ReadableStreamReadResult<Uint8Array>;

/**
 * Lets a tap see what is read from a stream, through the stream's own readers: the stream stays the same object,
 * a reader gets the very promises that the platform made, and nothing is read that is not asked for.
 */
export function tapStream(stream: Stream, tap: BodyTap): void {
  if (tapOfStream.read(stream)) return;
  const prototype = Object.getPrototypeOf(stream) as Stream;
  tapOfStream.stamp(stream, tap);
  Object.setPrototypeOf(stream, tappedStreamPrototype(prototype));
  tap.handedOut = true;
  watchBody(stream, tap);
}

/** One prototype per kind of stream (Node's, a polyfill's), made on first sight. */
const tappedStreamPrototypes = new WeakMap<Stream, Stream>();

function tappedStreamPrototype(native: Stream): Stream {
  const known = tappedStreamPrototypes.get(native);
  if (known) return known;
  const iterate = function (this: Stream, options?: { preventCancel?: boolean }) {
    const tap = tapOfStream.read(this);
    const iterator = native.values.call(this, options) as AsyncIterableIterator<Uint8Array>;
    if (tap) tapIterator(iterator, tap, options?.preventCancel === true);
    return iterator;
  };
  const overrides = {
    constructor: native.constructor,
    getReader(this: Stream, options?: { mode?: "byob" }) {
      const reader = (native.getReader as (options?: unknown) => Reader).call(this, options);
      const tap = tapOfStream.read(this);
      if (tap) tapReader(reader, tap, options?.mode === "byob");
      return reader;
    },
    values: iterate,
    [Symbol.asyncIterator]: iterate,
    cancel(this: Stream, reason?: unknown) {
      if (!this.locked) tapOfStream.read(this)?.cancel();
      return native.cancel.call(this, reason);
    },
    tee(this: Stream) {
      const branches = native.tee.call(this) as [Stream, Stream];
      const tap = tapOfStream.read(this);
      if (tap) {
        tapStream(branches[1], tap.fork());
        tapStream(branches[0], tap);
      }
      return branches;
    },
    // The platform pipes without asking for a reader, so these two go through a stream that does.
    pipeTo(this: Stream, destination: WritableStream<Uint8Array>, options?: StreamPipeOptions) {
      if (this.locked) return native.pipeTo.call(this, destination, options);
      return native.pipeTo.call(readThrough(this), destination, options);
    },
    pipeThrough(this: Stream, transform: ReadableWritablePair<unknown, Uint8Array>, options?: StreamPipeOptions) {
      if (this.locked) return native.pipeThrough.call(this, transform, options);
      return native.pipeThrough.call(readThrough(this), transform, options);
    },
  };
  const tapped = Object.create(native, nonEnumerable(overrides)) as Stream;
  tappedStreamPrototypes.set(native, tapped);
  return tapped;
}

/** Property descriptors as a class gives its methods. */
export function nonEnumerable(members: object): PropertyDescriptorMap {
  return Object.fromEntries(
    Reflect.ownKeys(members).map((key) => [
      key,
      { ...Object.getOwnPropertyDescriptor(members, key), enumerable: false },
    ]),
  );
}

function tapReader(reader: Reader, tap: BodyTap, byob: boolean): void {
  const native = Object.getPrototypeOf(reader) as Reader;
  tapOfReader.stamp(reader, tap);
  // A BYOB reader's buffer belongs to the application, which may reuse it: see a copy.
  const see = (result: ReadResult): void => {
    seeResult(tap, byob && result.value ? { done: false, value: result.value.slice() } : result);
  };
  const fail = (error: unknown): void => tap.break(error);
  Object.defineProperties(
    reader,
    nonEnumerable({
      read(this: Reader, ...view: []): Promise<ReadResult> {
        const result = native.read.apply(this, view);
        result.then(see, fail);
        return result;
      },
      cancel(this: Reader, reason?: unknown): Promise<void> {
        tap.cancel();
        return native.cancel.call(this, reason);
      },
    }),
  );
}

function tapIterator(iterator: AsyncIterableIterator<Uint8Array>, tap: BodyTap, preventCancel: boolean): void {
  const { next, return: leave } = iterator;
  const see = (result: IteratorResult<Uint8Array>): void => seeResult(tap, result as ReadResult);
  const fail = (error: unknown): void => tap.break(error);
  Object.defineProperties(
    iterator,
    nonEnumerable({
      next(this: AsyncIterableIterator<Uint8Array>) {
        const result = next.call(this);
        result.then(see, fail);
        return result;
      },
      return(this: AsyncIterableIterator<Uint8Array>, value?: unknown) {
        if (!preventCancel) tap.cancel();
        return leave!.call(this, value);
      },
    }),
  );
}

function seeResult(tap: BodyTap, result: ReadResult): void {
  if (result.done) tap.end();
  else if (result.value instanceof Uint8Array) tap.chunk(result.value);
}

/** The same bytes in a stream of ours that reads only when it is read, and cancels when it is cancelled. */
function readThrough(stream: Stream): Stream {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
