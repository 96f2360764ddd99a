import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip, createInflate } from "node:zlib";

/** The most that a record of other programs may take, also after it was unzipped: OTLP's own default. */
const MOST_BYTES = 20 * 1024 * 1024;

/** A body that is longer than {@link MOST_BYTES}, zipped or not. */
export class TooLarge extends Error {}

/**
 * Reads the body of a request to a receiver, unzipped.
 *
 * @throws TooLarge; Error for a body that cannot be unzipped, or that does not come to its end
 */
export async function receivedBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) throw new TooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unzipped(request) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function unzipped(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"];
  if (encoding === "gzip") return request.pipe(createGunzip());
  return encoding === "deflate" ? request.pipe(createInflate()) : request;
}
