import type { Dialect } from "../routing.ts";
import { audioRoutes } from "./audio.ts";
import { chatRoutes } from "./chat.ts";
import { classifierRoutes } from "./classifiers.ts";
import { conversationRoutes } from "./conversations.ts";
import { embeddingRoutes } from "./embeddings.ts";
import { libraryRoutes } from "./library.ts";
import { ocrRoutes } from "./ocr.ts";

/** Mistral's API. */
export const mistralDialect = (): Dialect => ({
  routes: {
    ...chatRoutes,
    ...conversationRoutes,
    ...embeddingRoutes,
    ...ocrRoutes,
    ...audioRoutes,
    ...classifierRoutes,
    ...libraryRoutes,
  },
  errorBody: (status, message) => ({
    object: "error",
    message,
    type: status < 500 ? "invalid_request_error" : "internal_server_error",
    param: null,
    code: null,
  }),
});
