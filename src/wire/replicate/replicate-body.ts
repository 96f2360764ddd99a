import { numberAt } from "../count.ts";
import { objectAt, stringAt } from "../json.ts";
import { requestedVideos } from "../requested-videos.ts";
import type { RequestReader } from "../requested-limits.ts";

/** Each model has its own inputs; these are what language models call theirs. */
const LIMITS = ["max_tokens", "max_new_tokens", "max_completion_tokens", "max_output_tokens"] as const;

/**
 * Requests of Replicate. The model stands in the path, or before the version in the body; it cannot be replaced, nor can
 * a limit be set whose name the request does not say.
 */
export const replicateBody: RequestReader = {
  limits(body) {
    const input = objectAt(body, "input");
    return {
      model: /^([^/:]+\/[^/:]+)(?::|$)/.exec(stringAt(body, "version") ?? "")?.[1],
      maximumOutputTokens: LIMITS.map((name) => numberAt(input, name)).find((limit) => limit !== undefined),
      // `stream` asks for the address of a stream.
      streamed: undefined,
      background: undefined,
      videos: requestedVideos(input),
    };
  },
  rewritten(body, _operation, { maximumOutputTokens }) {
    const input = objectAt(body, "input");
    const limit = LIMITS.find((name) => input !== undefined && name in input);
    return maximumOutputTokens === undefined || limit === undefined
      ? body
      : { ...body, input: { ...input, [limit]: maximumOutputTokens } };
  },
};
