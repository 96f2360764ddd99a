import type { IncomingMessage } from "node:http";

import { contentDecoder } from "./content-decoder.ts";

/** The most that a record of other programs may take, also after it was decoded: OTLP's own default. */
const MOST_BYTES = 20 * 1024 * 1024;

/** A body that is longer than {@link MOST_BYTES}, decoded or not. */
export class TooLarge extends Error {}

/** A body in a coding that cannot be read. */
export class UnknownCoding extends Error {}

/**
 * Reads the body of a request to a receiver, decoded.
 *
 * @throws TooLarge; UnknownCoding; Error for a body that cannot be decoded, or that does not come to its end
 */
export async function receivedBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) throw new TooLarge();
  const decoder = contentDecoder(request.headers["content-encoding"]);
  if (decoder === undefined) throw new UnknownCoding();
  const chunks: Buffer[] = [];
  let size = 0;
  const source = decoder === "none" ? request : request.pipe(decoder);
  request.once("close", () => {
    if (!request.complete) source.destroy();
  });
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) throw new TooLarge();
      chunks.push(chunk);
    }
  } finally {
    // The sender comes to read the answer only when it has sent the rest.
    request.unpipe();
    request.resume();
    if (source !== request) source.destroy();
  }
  return Buffer.concat(chunks, size);
}
