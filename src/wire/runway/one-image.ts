import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";

/** A task that makes an image. */
export const oneImage = dialect({
  usage: () => undefined,
  says: (object) => ({ askedFor: { images: 1 }, isError: saysError(object) }),
});
