import type { Transform } from "node:stream";
import * as zlib from "node:zlib";

/** Shows a relayed answer to the meter: its chunks as they came, decoded where they are compressed. */
export interface AnswerTap {
  chunk(bytes: Uint8Array): void;
  end(): void;
  cancel(): void;
  break(error: unknown): void;
}

type Decoder = () => Transform;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  // From Node 22.15 on; before it, an answer in zstd has no usage that could be read.
  ...("createZstdDecompress" in zlib && { zstd: () => zlib.createZstdDecompress() }),
};

/** @param contentEncoding of the answer, which itself goes on untouched */
export function answerTap(tap: AnswerTap, contentEncoding: string): AnswerTap {
  const encoding = contentEncoding.trim().toLowerCase();
  const decoder = DECODERS[encoding];
  if (!decoder) return tap;
  const stream = decoder();
  stream.on("data", (bytes: Buffer) => tap.chunk(bytes));
  stream.on("end", () => tap.end());
  stream.on("error", (error) => tap.break(error));
  return {
    chunk: (bytes) => void stream.write(bytes),
    end: () => void stream.end(),
    cancel() {
      tap.cancel();
      stream.destroy();
    },
    break(error) {
      tap.break(error);
      stream.destroy();
    },
  };
}
