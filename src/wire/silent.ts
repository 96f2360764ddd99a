import { dialect } from "./dialect.ts";

/** Moderation, classification and batch jobs: the provider states no usage. */
export const silent = dialect({ usage: () => undefined });
