import { startLocalProvider, type LocalProvider, type SeenRequest } from "../local-provider/local-provider.ts";
import type { Fault } from "../local-provider/fault.ts";
import { IMPATIENT_USER, WORDS_UNTIL_LEAVING } from "./feature.ts";

/** Starts a provider on this machine that is as slow and as fallible as real ones. */
export const startFallibleProvider = (): Promise<LocalProvider> =>
  startLocalProvider({
    latencyMilliseconds: 15,
    chunkIntervalMilliseconds: 2,
    keptRequests: 0,
    fault: badDays(),
  });

/** What providers do on bad days, in a fixed order. */
function badDays(): (request: SeenRequest) => Fault | undefined {
  let count = 0;
  return ({ body, url }) => {
    count += 1;
    // Only OpenAI says when to try again.
    const retry = url.startsWith("/mistral") ? {} : { retryAfterMilliseconds: 20 };
    if (count % 11 === 0) return { status: 429, ...retry };
    if (count % 37 === 0) return { status: 500, ...retry };
    if (count % 29 === 0) return { status: 400 };
    // What an impatient user sees is then the same in every run: the role, and then the words.
    const { safety_identifier: user } = (body ?? {}) as { safety_identifier?: string };
    return user === IMPATIENT_USER ? { holdAfter: 1 + WORDS_UNTIL_LEAVING } : undefined;
  };
}
