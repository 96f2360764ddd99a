import { isArrayBuffer } from "node:util/types";

/** The bytes of a body that is a buffer or a view of one, of any realm, without a copy; undefined for any other. */
export function bytesOf(body: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return isArrayBuffer(body) ? new Uint8Array(body) : undefined;
}
