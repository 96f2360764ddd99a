import type { Fields } from "../past-request.ts";

/** A span, whatever program wrote it down. */
export interface Span {
  /** In hexadecimal, lower case. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** The instrumentation; empty where the file does not say. */
  readonly scope: string;
  readonly attributes: Fields;
  readonly resource: Fields;
  /** As the file writes them. */
  readonly startedAt: unknown;
  readonly endedAt: unknown;
  readonly failed: boolean;
  readonly fields: Fields;
}

/** Ids are hexadecimal in OTLP, base64 where a general converter wrote them, and have `0x` before them in Python. */
export function spanIdOf(value: unknown, bytes: 8 | 16): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const text = value.replace(/^0x/, "");
  // Jaeger leaves zeros at the beginning out.
  if (/^[\da-f]+$/i.test(text) && text.length <= 2 * bytes) return text.toLowerCase().padStart(2 * bytes, "0");
  const decoded = /^[\w+/-]+=*$/.test(text) ? Buffer.from(text, "base64") : undefined;
  return decoded?.length === bytes ? decoded.toString("hex") : text.toLowerCase();
}
