import type { ReadableStreamReadResult, StreamPipeOptions } from "node:stream/web";

import type { BodyTap } from "./body-tap.ts";
import { Given } from "./stamp.ts";
import { watchBody } from "./unread.ts";

/** Whose tap sees what is read of a stream. */
class TapOfStream extends Given {
  #tap!: BodyTap;

  static stamp(stream: object, tap: BodyTap): void {
    if (#tap in stream) stream.#tap = tap;
    else new TapOfStream(stream).#tap = tap;
  }

  static read(stream: object): BodyTap | undefined {
    return #tap in stream ? stream.#tap : undefined;
  }
}

/** What becomes of what a reader reads. */
class ViewOfReader extends Given {
  #view!: ReaderView;

  static stamp(reader: object, view: ReaderView): void {
    if (#view in reader) reader.#view = view;
    else new ViewOfReader(reader).#view = view;
  }

  static read(reader: object): ReaderView | undefined {
    return #view in reader ? reader.#view : undefined;
  }
}

/** Whose tap sees what is read of a body. */
export const tapOfBody = (body: unknown): BodyTap | undefined =>
  body instanceof ReadableStream ? TapOfStream.read(body) : undefined;

type Stream = ReadableStream<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;
type ReadResult = ReadableStreamReadResult<Uint8Array>;

/**
 * Lets a tap see what is read from a stream, through the stream's own readers: the stream stays the same object,
 * a reader gets the very promises that the platform made, and nothing is read that is not asked for.
 */
export function tapStream(stream: Stream, tap: BodyTap): void {
  if (TapOfStream.read(stream)) return;
  const prototype = Object.getPrototypeOf(stream) as Stream;
  TapOfStream.stamp(stream, tap);
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
    const tap = TapOfStream.read(this);
    const iterator = native.values.call(this, options) as AsyncIterableIterator<Uint8Array>;
    if (tap) tapIterator(iterator, tap, options?.preventCancel === true);
    return iterator;
  };
  const overrides = {
    constructor: native.constructor,
    getReader(this: Stream, options?: { mode?: "byob" }) {
      const reader = (native.getReader as (options?: unknown) => Reader).call(this, options);
      const tap = TapOfStream.read(this);
      if (tap) tapReader(reader, tap);
      return reader;
    },
    values: iterate,
    [Symbol.asyncIterator]: iterate,
    cancel(this: Stream, reason?: unknown) {
      if (!this.locked) TapOfStream.read(this)?.cancel();
      return native.cancel.call(this, reason);
    },
    tee(this: Stream) {
      const branches = native.tee.call(this) as [Stream, Stream];
      const tap = TapOfStream.read(this);
      if (tap) {
        tapStream(branches[1], tap.fork());
        tapStream(branches[0], tap);
      }
      return branches;
    },
    pipeTo(this: Stream, destination: WritableStream<Uint8Array>, options?: StreamPipeOptions) {
      if (this.locked || !isFree(destination)) return native.pipeTo.call(this, destination, options);
      const { stream, letGo } = readThrough(this);
      const piped = native.pipeTo.call(stream, destination, options);
      // The application may read on where the pipe has ended.
      if (options?.preventCancel === true) piped.catch(letGo);
      return piped;
    },
    pipeThrough(this: Stream, transform: ReadableWritablePair<unknown, Uint8Array>, options?: StreamPipeOptions) {
      if (this.locked || !isFree(transform.writable)) return native.pipeThrough.call(this, transform, options);
      return native.pipeThrough.call(readThrough(this).stream, transform, options);
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

/** What becomes of what a reader reads. */
interface ReaderView {
  readonly tap: BodyTap;
  readonly see: (result: ReadResult) => void;
  readonly fail: (error: unknown) => void;
  /** A reader that has let go of its stream ends nothing any more. */
  released: boolean;
}

function tapReader(reader: Reader, tap: BodyTap): void {
  // A BYOB reader's buffer belongs to the application, which may reuse it: see a copy.
  const copies = reader instanceof ReadableStreamBYOBReader;
  const view: ReaderView = {
    tap,
    see: (result) => seeResult(tap, copies && !result.done ? { done: false, value: result.value.slice() } : result),
    fail: (error) => {
      if (!view.released) tap.break(error);
    },
    released: false,
  };
  ViewOfReader.stamp(reader, view);
  Object.setPrototypeOf(reader, tappedReaderPrototype(Object.getPrototypeOf(reader) as Reader));
}

/** One prototype per kind of reader, made on first sight. */
const tappedReaderPrototypes = new WeakMap<Reader, Reader>();

function tappedReaderPrototype(native: Reader): Reader {
  const known = tappedReaderPrototypes.get(native);
  if (known) return known;
  const overrides = {
    constructor: native.constructor,
    read(this: Reader, ...buffer: []): Promise<ReadResult> {
      const result = native.read.apply(this, buffer);
      const view = ViewOfReader.read(this);
      if (view) result.then(view.see, view.fail);
      return result;
    },
    cancel(this: Reader, reason?: unknown): Promise<void> {
      const view = ViewOfReader.read(this);
      if (view?.released === false) view.tap.cancel();
      return native.cancel.call(this, reason);
    },
    releaseLock(this: Reader): void {
      const view = ViewOfReader.read(this);
      if (view) view.released = true;
      native.releaseLock.call(this);
    },
  };
  const tapped = Object.create(native, nonEnumerable(overrides)) as Reader;
  tappedReaderPrototypes.set(native, tapped);
  return tapped;
}

/** Each iterator of the platform has methods of its own. */
function tapIterator(iterator: AsyncIterableIterator<Uint8Array>, tap: BodyTap, preventCancel: boolean): void {
  const { next, return: leave } = iterator;
  const see = (result: IteratorResult<Uint8Array>): void => seeResult(tap, result as ReadResult);
  const fail = (error: unknown): void => tap.break(error);
  Object.assign(iterator, {
    next(this: AsyncIterableIterator<Uint8Array>) {
      const result = next.call(this);
      result.then(see, fail);
      return result;
    },
    return(this: AsyncIterableIterator<Uint8Array>, value: unknown) {
      if (!preventCancel) tap.cancel();
      return leave!.call(this, value);
    },
  });
}

function seeResult(tap: BodyTap, result: ReadResult): void {
  if (result.done) tap.end();
  else if (result.value instanceof Uint8Array) tap.chunk(result.value);
}

const isFree = (destination: unknown): boolean => destination instanceof WritableStream && !destination.locked;

/**
 * The same bytes in a stream of ours that reads only when it is read, and cancels when it is cancelled: the platform
 * pipes without asking a stream for a reader.
 */
function readThrough(source: Stream): { stream: Stream; letGo: () => void } {
  const reader = source.getReader();
  const letGo = (): void => reader.releaseLock();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(value);
            return;
          }
        } catch (error) {
          letGo();
          throw error;
        }
        letGo();
        controller.close();
      },
      cancel: (reason) => reader.cancel(reason).finally(letGo),
    },
    { highWaterMark: 0 },
  );
  return { stream, letGo };
}
