import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { stringAt } from "../json.ts";
import { requestedVideos, usageOfVideos } from "../requested-videos.ts";

/**
 * Jobs that make videos, of OpenAI and its likes. Their answers state length and size, but for an extension the length of
 * the whole: what the request says of its length goes first. What is not stated was asked for.
 */
export const videos = dialect({
  usage: () => undefined,
  says(object, asked) {
    const stated = requestedVideos(object);
    const seconds = asked?.videos?.seconds ?? stated.seconds;
    const usage = usageOfVideos({
      videos: stated.videos ?? asked?.videos?.videos,
      seconds,
      megapixels: stated.megapixels ?? asked?.videos?.megapixels,
    });
    return {
      model: stringAt(object, "model") || undefined,
      ...(stated.seconds === undefined ? { askedFor: usage } : { usage }),
      isError: saysError(object),
    };
  },
});
