import type { Dialect } from "../routing.ts";
import { contentRoutes } from "./content.ts";
import { interactionRoutes } from "./interactions.ts";

/** Google's statuses by HTTP's. */
const STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

/** Google's API for Gemini, for developers and as Vertex AI has it. */
export const geminiDialect = (): Dialect => ({
  routes: { ...contentRoutes, ...interactionRoutes() },
  errorBody: (code, message) => ({ error: { code, message, status: STATUS[code] ?? "INTERNAL" } }),
  hasKey: ({ headers, url }) => "x-goog-api-key" in headers || "authorization" in headers || /[?&]key=/.test(url),
});
