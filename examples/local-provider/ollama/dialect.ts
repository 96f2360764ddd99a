import type { Dialect } from "../routing.ts";
import { answerRoutes } from "./answers.ts";

/** Ollama's API, which asks for no key. */
export const ollamaDialect = (): Dialect => ({
  routes: answerRoutes,
  errorBody: (_status, message) => ({ error: message }),
  hasKey: () => true,
});
