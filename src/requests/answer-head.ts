import type { SeenBody } from "../transport/body-tap.ts";

/** The head of an answer, of which a `Response` is one. */
export interface AnswerHead {
  readonly ok: boolean;
  readonly status: number;
  /** With its trailers, once the body has ended, where those are to be seen. */
  readonly headers: { get(name: string): string | null };
  /** Whether headers come behind the body, which is then over only when they have come. */
  readonly hasTrailers?: boolean;
}

/** Some SDKs do not ask for a body that is not there, or that is said to be empty. */
export const hasNoBody = ({ status, headers }: AnswerHead): boolean =>
  status === 204 || headers.get("content-length") === "0";

/** In lower case. What is parsed, or begins and ends as JSON does, speaks for itself: headers are slow to look into. */
export const contentTypeOf = (headers: AnswerHead["headers"] | undefined, seen?: SeenBody): string =>
  seen?.json !== undefined || (seen?.text?.startsWith("{") === true && seen.text.endsWith("}"))
    ? "application/json"
    : (headers?.get("content-type") ?? "").toLowerCase();
