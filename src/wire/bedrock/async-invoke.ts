import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { listAt, objectAt, type JsonObject } from "../json.ts";
import { requestedVideos, usageOfVideos, type RequestedVideos } from "../requested-videos.ts";

/** Models whose only output is a video. */
const MAKES_VIDEOS = /(?:^|[./])(?:nova-reel|ray-)/;

/** The length of each shot of Nova Reel, which is also that of a video for which nothing is said, s. */
const SECONDS_OF_SHOT = 6;

/**
 * What StartAsyncInvoke is to make: the answer is the name of an invocation whose output goes to a bucket, so that what
 * was asked for is what is known.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html and .../bedrock/latest/userguide/model-parameters-luma.html
 */
export const asyncInvoke = dialect({
  usage: () => undefined,
  says: (object, asked) => ({
    ...(asked?.videos && { askedFor: usageOfVideos(asked.videos) }),
    isError: saysError(object),
  }),
});

/** The videos that the input of a model asks for; undefined where the model makes none. */
export function videosOfModelInput(
  model: string | undefined,
  input: JsonObject | undefined,
): RequestedVideos | undefined {
  if (model === undefined || !MAKES_VIDEOS.test(model)) return undefined;
  // Luma's stand at the top; Nova's size is a dimension.
  const configuration = objectAt(input, "videoGenerationConfig");
  const said = requestedVideos({ ...input, size: configuration?.["dimension"], ...configuration });
  const shots = listAt(objectAt(input, "multiShotManualParams"), "shots").length;
  const isNova = model.includes("nova-reel");
  return { ...said, videos: 1, seconds: said.seconds ?? (isNova ? SECONDS_OF_SHOT * Math.max(shots, 1) : undefined) };
}
