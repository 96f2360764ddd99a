import type { Refusal } from "./refusal.ts";

/** Of a path that may lead out of the folder which an upstream's address names. */
export const FOLDER_LEFT: Refusal = {
  status: 400,
  message: "llm-footprint: expected a path without . and .. segments",
};

/**
 * Whether some server could take a path for one that leads elsewhere: it may decode slashes first, take backslashes for
 * them, cut off a fragment, or what follows a semicolon.
 */
export const leavesFolder = (path: string): boolean => DOTS_ALONE.test(path.split("?", 1)[0]!);

const DOTS_ALONE = /(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\#;]|%2f|%5c|%23|%3b|$)/i;
