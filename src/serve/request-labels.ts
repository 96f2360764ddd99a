import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import type { Labels } from "../model/request.ts";
import { headerOf } from "./headers.ts";

/** Where a label's value comes from: a header with a list of what it may say, or a hash of the caller's credential. */
export type LabelSource =
  | { readonly header: string; readonly allow?: readonly string[]; readonly otherwise?: string }
  | { readonly credentialHash: number };

/** Where SDKs put the provider's credential. */
const CREDENTIAL_HEADERS = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/** What a label is where its header is missing, or says something that is not allowed. */
const OTHER = "other";

/**
 * Reads each request's labels off its headers. The credential itself is never kept: of its salted hash the first digits.
 *
 * @param sources by label
 * @param salt of the credential hashes, so that nobody can try out credentials on them
 */
export function labelReader(
  sources: Readonly<Record<string, LabelSource>>,
  salt: string,
): (headers: IncomingHttpHeaders, query: URLSearchParams) => Labels {
  const entries = Object.entries(sources);
  return (headers, query) => {
    if (entries.length === 0) return NO_LABELS;
    const labels: Record<string, string> = {};
    for (const [label, source] of entries) {
      labels[label] =
        "header" in source ? headerValue(headers, source) : credentialHash(headers, query, salt, source.credentialHash);
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

function credentialHash(headers: IncomingHttpHeaders, query: URLSearchParams, salt: string, digits: number): string {
  const credential =
    CREDENTIAL_HEADERS.map((name) => headerOf(headers, name)).find(Boolean) ?? query.get("key") ?? undefined;
  if (credential === undefined) return "none";
  const bare = credential.replace(/^Bearer\s+/i, "");
  return createHash("sha256").update(salt).update("\0").update(bare).digest("hex").slice(0, digits);
}
