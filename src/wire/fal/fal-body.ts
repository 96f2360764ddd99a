import type { RequestReader } from "../requested-limits.ts";
import { requestedVideos } from "../requested-videos.ts";

/** Requests of fal: each model has its own inputs, and the path names it. */
export const falBody: RequestReader = {
  limits: (body) => ({
    model: undefined,
    maximumOutputTokens: undefined,
    streamed: undefined,
    background: undefined,
    videos: requestedVideos(body),
  }),
  rewritten: (body) => body,
};
