import { Readable, pipeline, type Transform } from "node:stream";
import * as zlib from "node:zlib";

import { ContentDigest } from "./content-digest.ts";
import { FileError } from "./file-error.ts";

/** A file's text, and what is known of the bytes that it was decoded from so far. */
export interface DecodedText {
  readonly chunks: AsyncIterable<string>;
  /** Bytes after decompression. */
  readonly bytes: number;
  /** By which the same content is known again. */
  content(): ReturnType<ContentDigest["content"]>;
}

/** The bytes of a file without its compression, gzip or Zstandard, which is told by its first bytes. */
export async function* decompressed(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first.value as Uint8Array;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  const transform = decompressorFor(first.value, name);
  if (!transform) {
    yield* all();
    return;
  }
  try {
    yield* pipeline(
      Readable.from(all(), { objectMode: false }),
      transform,
      () => undefined,
    ) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new FileError(
      `replay ${name}`,
      "the file is not compressed as it says, or is cut off",
      "Give a whole file.",
      { cause },
    );
  }
}

function decompressorFor(start: Uint8Array, name: string): Transform | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return zlib.createGunzip();
  if (start[0] !== 0x28 || start[1] !== 0xb5 || start[2] !== 0x2f || start[3] !== 0xfd) return undefined;
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress) return createZstdDecompress();
  throw new FileError(
    `replay ${name}`,
    `Node ${process.versions.node} cannot read Zstandard`,
    "Run on Node 22.15 or newer, or decompress the file first.",
  );
}

/** Text in UTF-8, UTF-16 in either order, or, where it is none of these, Windows-1252. */
export function decodedText(bytes: AsyncIterable<Uint8Array>): DecodedText {
  const digest = new ContentDigest();
  let count = 0;
  async function* chunks(): AsyncGenerator<string> {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    for await (const chunk of bytes) {
      count += chunk.length;
      digest.add(chunk);
      decoder ??= new TextDecoder(encodingOf(chunk));
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
    }
    const rest = decoder?.decode() ?? "";
    if (rest !== "") yield rest;
  }
  return {
    chunks: chunks(),
    get bytes() {
      return count;
    },
    content: () => digest.content(),
  };
}

/** By its byte order mark; without one, by where its zeros are, and by whether it could be UTF-8. */
function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  if (start[0] !== 0 && start[1] === 0) return "utf-16le";
  if (start[0] === 0 && start[1] !== 0) return "utf-16be";
  try {
    // The last character of the first piece may be cut in two.
    new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}
