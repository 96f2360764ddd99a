import type { Fetch } from "../../transport/observed-fetch.ts";
import { isObject } from "../../wire/json.ts";

/**
 * The `Request` that a fetch is given; undefined for an address. A fetch of another package, or of another realm, has a
 * class of its own.
 */
export function requestIn(input: Parameters<Fetch>[0]): Request | undefined {
  if (typeof input === "string") return undefined;
  return input instanceof Request || isForeignRequest(input) ? input : undefined;
}

const isForeignRequest = (input: unknown): input is Request =>
  isObject(input) &&
  typeof input["url"] === "string" &&
  typeof input["method"] === "string" &&
  typeof input["clone"] === "function";

export const urlOf = (input: Parameters<Fetch>[0]): string => requestIn(input)?.url ?? (input as URL).toString();
