/** Of an error of any realm: test runners load modules in one that is not the platform's. */
const nameOf = (error: unknown): unknown => (error as { readonly name?: unknown } | null | undefined)?.name;

export const isAbort = (error: unknown): boolean => nameOf(error) === "AbortError";

/** A low-cardinality word for an error of fetch or of a body. */
export function errorTypeOf(error: unknown): string {
  if (isAbort(error)) return "aborted";
  const name = nameOf(error);
  if (name === "TimeoutError") return "timeout";
  return name === "SyntaxError" ? "malformed" : "connection";
}
