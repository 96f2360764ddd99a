import { isObject } from "../../wire/json.ts";
import { requestIn } from "./given-request.ts";

type Sent = readonly [input: string | URL | Request, init: RequestInit | undefined];

/** As fetch takes them: those of `init` are all that is sent. Undefined where there are none, or none that can be sent. */
export function headersOf(...[input, init]: Sent): Headers | undefined {
  try {
    if (init?.headers !== undefined) return init.headers instanceof Headers ? init.headers : new Headers(init.headers);
  } catch {
    return undefined; // fetch says what is wrong with them
  }
  return requestIn(input)?.headers;
}

/**
 * One header of what is sent.
 *
 * @param name in lower case
 */
export function headerOf(name: string, ...[input, init]: Sent): string | undefined {
  const headers = init?.headers;
  if (!isObject(headers) || headers instanceof Headers || Symbol.iterator in headers)
    return headersOf(input, init)?.get(name) ?? undefined;
  // Making a `Headers` of a plain object costs as much as all else that is done about a request.
  const key = Object.keys(headers).find((sent) => sent.length === name.length && sent.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return typeof value === "string" ? value : undefined;
}
