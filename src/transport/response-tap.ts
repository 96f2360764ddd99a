import type { BodyTap } from "./body-tap.ts";
import { isNodeStream, tapNodeStream } from "./node-stream-tap.ts";
import { Given } from "./stamp.ts";
import { nonEnumerable, tapOfBody, tapStream } from "./stream-tap.ts";
import { watchResponse } from "./unread.ts";

/** Whose tap sees what is read of a response. */
class TapOfResponse extends Given {
  #tap!: BodyTap;

  static stamp(response: object, tap: BodyTap): void {
    if (#tap in response) response.#tap = tap;
    else new TapOfResponse(response).#tap = tap;
  }

  static read(response: object): BodyTap | undefined {
    return #tap in response ? response.#tap : undefined;
  }
}

/** The readers that hand the whole body over at once, and what a tap makes of their result. */
const wholeBodyReaders = {
  json: (tap: BodyTap, value: unknown) => tap.json(value),
  text: (tap: BodyTap, value: string) => tap.text(value),
  arrayBuffer: (tap: BodyTap, value: ArrayBuffer) => seeBytes(tap, new Uint8Array(value)),
  bytes: (tap: BodyTap, value: Uint8Array) => seeBytes(tap, value),
  buffer: (tap: BodyTap, value: Uint8Array) => seeBytes(tap, value),
  blob: (tap: BodyTap, value: Blob) => seeBlob(tap, value),
  formData: (tap: BodyTap, _value: FormData) => tap.end(),
} as const;

type AnyReader = (this: unknown, ...parameters: unknown[]) => Promise<never>;

/**
 * Lets a tap see what is read from a response, through the response's own methods. The response stays the same
 * object of the same class: nothing is cloned, teed, rebuilt or read ahead.
 */
export function tapResponse(response: Response, tap: BodyTap): void {
  const earlier = TapOfResponse.read(response);
  if (earlier) return earlier.share(tap);
  const native = Object.getPrototypeOf(response) as Response;
  TapOfResponse.stamp(response, tap);
  // A hand-made response, as tests use them, has its readers on itself.
  if (Object.hasOwn(response, "json") || Object.hasOwn(response, "text")) tapOwnReaders(response);
  if (native !== latest?.native) latest = { native, tapped: tappedResponsePrototype(native) };
  Object.setPrototypeOf(response, latest.tapped);
  watchResponse(response, tap);
  if (!(response instanceof Response)) {
    const body: unknown = (response as { body?: unknown }).body;
    if (isNodeStream(body)) tapNodeStream(body, tap);
    else if (body instanceof ReadableStream) tapStream(body as ReadableStream<Uint8Array>, tap);
  }
}

function tapOwnReaders(response: Response): void {
  for (const key of Object.keys(response)) {
    if (!(key in wholeBodyReaders)) continue;
    const native = response[key as "json"] as unknown as AnyReader;
    Object.defineProperty(response, key, { value: reader(key as keyof typeof wholeBodyReaders, native) });
  }
}

/** Nearly always the answer: a process has one kind of response. */
let latest: { readonly native: Response; readonly tapped: Response } | undefined;

/** One prototype per kind of response (the platform's, node-fetch's, …), made on first sight. */
const tappedResponsePrototypes = new WeakMap<Response, Response>();

function tappedResponsePrototype(native: Response): Response {
  const known = tappedResponsePrototypes.get(native);
  if (known) return known;
  const body = inheritedGetter(native, "body");
  const overrides: Record<string, unknown> = { constructor: native.constructor };
  for (const key of Object.keys(wholeBodyReaders) as (keyof typeof wholeBodyReaders)[]) {
    if (key in native) overrides[key] = reader(key, native[key as "json"] as unknown as AnyReader);
  }
  if ("clone" in native) {
    overrides["clone"] = function (this: Response): Response {
      const tap = TapOfResponse.read(this);
      const copy = native.clone.call(this);
      // The platform clones by tee, which has forked the tap already where the body was handed out before.
      if (tap) tapResponse(copy, tapOfBody(body?.call(copy)) ?? tap.fork());
      return copy;
    };
  }
  const tapped = Object.create(native, nonEnumerable(overrides)) as Response;
  if (body) {
    Object.defineProperty(tapped, "body", {
      configurable: true,
      get(this: Response): unknown {
        const stream: unknown = body.call(this);
        const tap = TapOfResponse.read(this);
        if (tap && stream instanceof ReadableStream) tapStream(stream as ReadableStream<Uint8Array>, tap);
        return stream;
      },
    });
  }
  tappedResponsePrototypes.set(native, tapped);
  return tapped;
}

function reader(key: keyof typeof wholeBodyReaders, native: AnyReader): AnyReader {
  const see = wholeBodyReaders[key] as (tap: BodyTap, value: unknown) => void;
  return {
    [key](this: unknown, ...parameters: unknown[]): Promise<never> {
      const tap = TapOfResponse.read(this as object);
      const result = native.apply(this, parameters);
      if (tap) {
        tap.handedOut = true;
        result.then(
          (value) => see(tap, value),
          (error: unknown) => tap.break(error),
        );
      }
      return result;
    },
  }[key]!;
}

function inheritedGetter(object: object, key: string): ((this: unknown) => unknown) | undefined {
  for (let holder: unknown = object; holder; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor) return descriptor.get;
  }
  return undefined;
}

function seeBytes(tap: BodyTap, bytes: Uint8Array): void {
  tap.chunk(bytes);
  tap.end();
}

/** Of a blob, JSON is looked at, and what has to be seen whole; sound and images say nothing. */
function seeBlob(tap: BodyTap, blob: Blob): void {
  if (!blob.type.includes("json") && !tap.seesAll) return tap.end();
  blob.arrayBuffer().then(
    (value) => seeBytes(tap, new Uint8Array(value)),
    (error: unknown) => tap.break(error),
  );
}
