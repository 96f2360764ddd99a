import type { Dialect } from "./dialect.ts";

/** Moderation, classification, video and batch jobs: the provider states no usage. */
export const silent: Dialect = { usageKey: "usage", usage: () => undefined };
