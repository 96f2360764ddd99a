/** Of an error of any realm: test runners load modules in one that is not the platform's. */
const nameOf = (error: unknown): unknown => (error as { readonly name?: unknown } | null | undefined)?.name;

export const isAbort = (error: unknown): boolean => nameOf(error) === "AbortError";

/** Whether an error, or the reason of a signal, says that time ran out. SDKs that Fern has generated say it in a word. */
export const saysTimeout = (reason: unknown): boolean => nameOf(reason) === "TimeoutError" || reason === "timeout";

/** A low-cardinality word for an error of fetch or of a body. */
export function errorTypeOf(error: unknown): string {
  if (isAbort(error)) return "aborted";
  const name = nameOf(error);
  if (saysTimeout(error)) return "timeout";
  return name === "SyntaxError" ? "malformed" : "connection";
}
