import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { usageOfVideos } from "../requested-videos.ts";

/** Veo: the answer is the name of an operation, so that what was asked for is what is known. */
export const veo = dialect({
  usage: () => undefined,
  says: (object, asked) => ({ askedFor: usageOfVideos(asked?.videos), isError: saysError(object) }),
});
