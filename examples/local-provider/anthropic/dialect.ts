import { json } from "../exchange.ts";
import type { Dialect } from "../routing.ts";
import { batchRoutes } from "./batches.ts";
import { messageRoutes } from "./messages.ts";

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** Anthropic's API. */
export const anthropicDialect = (): Dialect => ({
  routes: {
    ...messageRoutes,
    ...batchRoutes(),
    "GET /models": () => json({ data: [], has_more: false, first_id: null, last_id: null }),
  },
  errorBody: (status, message) => ({
    type: "error",
    error: { type: ERROR_TYPES[status] ?? "api_error", message },
    request_id: "req_local",
  }),
});
