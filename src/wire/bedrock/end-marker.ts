import type { EndMarker } from "../dialect.ts";

/** A binary stream ends in a checksum, by which its end cannot be told; its readers read it to the end. */
export const NEVER: EndMarker = { lastByte: -1, pattern: /$^/ };
