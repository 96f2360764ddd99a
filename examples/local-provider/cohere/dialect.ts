import type { Dialect } from "../routing.ts";
import { chatRoutes } from "./chat.ts";
import { embeddingRoutes } from "./embeddings.ts";

/** Cohere's API in both versions. */
export const cohereDialect = (): Dialect => ({
  routes: { ...chatRoutes, ...embeddingRoutes },
  errorBody: (_status, message) => ({ id: "error-1", message }),
});
