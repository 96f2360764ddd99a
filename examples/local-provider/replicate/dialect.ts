import type { Dialect } from "../routing.ts";
import { predictionRoutes } from "./predictions.ts";

/** Replicate's API: predictions of language models. */
export const replicateDialect = (): Dialect => ({
  routes: predictionRoutes(),
  // A stream's address is its own key.
  hasKey: ({ url, headers }) => headers.authorization !== undefined || url.includes("/stream/"),
  errorBody: (status, detail) => ({ title: "Error", detail, status }),
});
