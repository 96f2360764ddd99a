import { createHash } from "node:crypto";

/** An id of what tells a record apart from others; the same for the same parts. */
export const contentId = (kind: string, ...parts: readonly unknown[]): string =>
  `${kind}:${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}`;
