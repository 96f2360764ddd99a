import type { Dialect } from "../routing.ts";
import { assistantRoutes } from "./assistants.ts";
import { audioRoutes } from "./audio.ts";
import { chatRoutes } from "./chat.ts";
import { completionRoutes } from "./completions.ts";
import { embeddingRoutes } from "./embeddings.ts";
import { imageRoutes } from "./images.ts";
import { jobRoutes } from "./jobs.ts";
import { libraryRoutes } from "./library.ts";
import { moderationRoutes } from "./moderations.ts";
import { responseRoutes } from "./responses.ts";

/** OpenAI's API, and Azure's with it. Answers that can be asked for again are kept per dialect made. */
export const openaiDialect = (): Dialect => ({
  routes: {
    ...chatRoutes,
    ...completionRoutes,
    ...responseRoutes(),
    ...embeddingRoutes,
    ...imageRoutes,
    ...audioRoutes,
    ...moderationRoutes,
    ...jobRoutes(),
    ...assistantRoutes(),
    ...libraryRoutes,
  },
  errorBody: (status, message) => ({
    error: {
      message,
      type: status === 429 ? "rate_limit_exceeded" : status < 500 ? "invalid_request_error" : "server_error",
      param: null,
      code: null,
    },
  }),
});
