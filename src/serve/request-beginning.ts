import type { IncomingMessage } from "node:http";

/** How much of a request's body is held before it goes on: enough to find what it asks for. */
const BEGINNING_BYTES = 64 * 1024;

/** A request's body as far as it was read. */
export interface Beginning {
  readonly bytes: Buffer;
  /** Whether that is all of it; what follows is still in the request otherwise. */
  readonly whole: boolean;
}

/** A body whose beginning takes longer than it may. */
export class SlowBody extends Error {}

/**
 * Reads a body's beginning, or all of a short one.
 *
 * @param enoughBytes from which on the rest is left in the request
 * @throws SlowBody when it takes too long; Error when the client leaves in the middle
 */
export function readBeginning(
  request: IncomingMessage,
  patienceMilliseconds: number,
  enoughBytes = BEGINNING_BYTES,
): Promise<Beginning> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(patience);
      request.off("data", take).off("end", atEnd).off("close", atClose);
    };
    const settle = (whole: boolean): void => {
      stop();
      resolve({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size), whole });
    };
    const patience = setTimeout(() => {
      stop();
      reject(new SlowBody());
    }, patienceMilliseconds);
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size < enoughBytes) return;
      request.pause();
      settle(false);
    };
    const atEnd = (): void => settle(true);
    const atClose = (): void => {
      stop();
      reject(new Error("the client left before its request was whole"));
    };
    // It may have been paused by an earlier reader.
    request.on("data", take).on("end", atEnd).on("close", atClose).resume();
  });
}
