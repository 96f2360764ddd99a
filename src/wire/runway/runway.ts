import { create, type ApiFamily } from "../family.ts";
import { requestBody } from "../openai/request-body.ts";
import { videos } from "../openai/videos.ts";
import { silent } from "../silent.ts";
import { oneImage } from "./one-image.ts";

/** Runway: each request starts a task, whose answer says no more than its id, so that what was asked for is what is known. */
export const runway: ApiFamily = {
  name: "runway",
  errorBody: (_status, message) => ({ error: message }),
  hosts: [{ host: "api.dev.runwayml.com", provider: "runway" }],
  routes: [
    ...["text_to_video", "image_to_video", "video_to_video", "character_performance", "generate/video"].map((path) =>
      create(`/v1/${path}`, "videos", videos),
    ),
    ...["text_to_image", "generate/image"].map((path) => create(`/v1/${path}`, "images", oneImage)),
    ...["text_to_speech", "sound_effect", "speech_to_speech", "voice_dubbing", "voice_isolation", "generate/audio"].map(
      (path) => create(`/v1/${path}`, "speech", silent, { ownHostsOnly: true }),
    ),
  ],
  noInference: [
    /\/v1\/(?:tasks|uploads|organization|avatars|documents|routers|voices|workflows|realtime_sessions)(?:\/|$)/,
  ],
  request: requestBody,
};
