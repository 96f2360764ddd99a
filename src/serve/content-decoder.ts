import type { Transform } from "node:stream";
import * as zlib from "node:zlib";

type Decoder = () => Transform;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  // From Node 22.15 on; before it, what is in zstd cannot be read.
  ...("createZstdDecompress" in zlib && { zstd: () => zlib.createZstdDecompress() }),
};

/** The content codings that can be read, for a header. */
export const READABLE_CODINGS = Object.keys(DECODERS).join(", ");

/** @returns what decodes a coding; `"none"` where nothing has to be, undefined for one that cannot be read */
export function contentDecoder(contentEncoding = ""): Transform | "none" | undefined {
  const coding = contentEncoding.trim().toLowerCase();
  return coding === "" || coding === "identity" ? "none" : DECODERS[coding]?.();
}
