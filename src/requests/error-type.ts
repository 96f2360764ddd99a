export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** A low-cardinality word for an error of fetch or of a body. */
export function errorTypeOf(error: unknown): string {
  if (isAbort(error)) return "aborted";
  if (!(error instanceof Error)) return "connection";
  if (error.name === "TimeoutError") return "timeout";
  return error.name === "SyntaxError" ? "malformed" : "connection";
}
