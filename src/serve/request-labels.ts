import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import type { Labels } from "../model/request.ts";
import { headerOf } from "./headers.ts";

/** Where a label's value comes from: a header with a list of what it may say, or a hash of the caller's credential. */
export type LabelSource =
  | { readonly header: string; readonly allow?: readonly string[]; readonly otherwise?: string }
  | { readonly credentialHash: number };

/** Where SDKs put the provider's credential. */
export const CREDENTIAL_HEADERS = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/** What a label is where its header is missing, or says something that is not allowed. */
const OTHER = "other";

/**
 * Reads each request's labels off its headers. The credential itself is never kept: of its salted hash the first digits.
 *
 * @param sources by label
 * @param salt of the credential hashes, so that nobody can try out credentials on them
 * @returns reads the labels off the headers of a request, and the credential off its query where that has it
 */
export function labelReader(
  sources: Readonly<Record<string, LabelSource>>,
  salt: string,
): (headers: IncomingHttpHeaders, path: string) => Labels {
  const entries = Object.entries(sources);
  return (headers, path) => {
    if (entries.length === 0) return NO_LABELS;
    const labels: Record<string, string> = {};
    for (const [label, source] of entries) {
      labels[label] =
        "header" in source ? headerValue(headers, source) : credentialHash(headers, path, salt, source.credentialHash);
    }
    return labels;
  };
}

const NO_LABELS: Labels = {};

function headerValue(
  headers: IncomingHttpHeaders,
  { header, allow, otherwise = OTHER }: Extract<LabelSource, { header: string }>,
): string {
  const value = headerOf(headers, header.toLowerCase());
  return value !== undefined && (allow === undefined || allow.includes(value)) ? value : otherwise;
}

function credentialHash(headers: IncomingHttpHeaders, path: string, salt: string, digits: number): string {
  const credential =
    CREDENTIAL_HEADERS.map((name) => headerOf(headers, name)).find(Boolean) ??
    new URLSearchParams(path.split("?")[1]).get("key");
  if (credential === null) return "none";
  const bare = credential.replace(/^Bearer\s+/i, "");
  return hash("sha256", `${salt}\0${bare}`).slice(0, digits);
}
