import { addUsage, type Usage } from "../../model/usage.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { isObject, listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { requestedVideos, usageOfVideos, type RequestedVideos } from "../requested-videos.ts";

/**
 * What fal's models have made: images and videos are counted, and videos as long and large as is stated or was asked
 * for. A request that was queued goes on at the provider until its result is fetched.
 *
 * @see https://docs.fal.ai/documentation/model-apis/inference/queue
 */
export const requests = dialect({
  usage: () => undefined,
  stateful: true,
  says(object, asked) {
    const queuedId = stringAt(object, "response_url") === undefined ? undefined : stringAt(object, "request_id");
    if (queuedId !== undefined) return { status: "queued", jobId: queuedId };
    const images = mediaIn(object, "image", "images").length;
    const videos = mediaIn(object, "video", "videos").map((video) => usageOfVideo(video, asked?.videos));
    const made: readonly Usage[] = [...(images > 0 ? [{ images }] : []), ...videos];
    return {
      ...(made.length > 0 && { usage: made.reduce(addUsage) }),
      status: "succeeded",
      isError: saysError(object),
    };
  },
});

/** The files of a kind: one, or a list of them. */
const mediaIn = (object: JsonObject, one: string, several: string): readonly JsonObject[] =>
  [objectAt(object, one), ...listAt(object, several)].filter(isObject).filter(({ url }) => typeof url === "string");

/** Some models describe the file. */
function usageOfVideo(video: JsonObject, asked: RequestedVideos | undefined): Usage {
  const { seconds = asked?.seconds, megapixels = asked?.megapixels } = requestedVideos(video);
  return usageOfVideos({ videos: 1, seconds, megapixels });
}
