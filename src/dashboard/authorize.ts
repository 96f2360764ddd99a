import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Who may see the page: who knows a token, or whom a function lets in. */
export type Authorize = string | ((request: IncomingMessage) => boolean | Promise<boolean>);

/**
 * Whether a request may see the page. A token is taken as `Authorization: Bearer …`, or as the password of
 * HTTP Basic authentication, which browsers ask for by themselves.
 */
export async function isAuthorized(authorize: Authorize | undefined, request: IncomingMessage): Promise<boolean> {
  if (authorize === undefined) return true;
  if (typeof authorize === "function") return authorize(request);
  const [scheme = "", credentials = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer") return isSame(credentials, authorize);
  if (scheme.toLowerCase() !== "basic") return false;
  const decoded = Buffer.from(credentials, "base64").toString();
  return isSame(decoded.slice(decoded.indexOf(":") + 1), authorize);
}

/** Takes the same time wherever the texts differ. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
