import { CHARACTERS_PER_TOKEN } from "../wire/reading.ts";

/** A longer request carries files, whose length says nothing about tokens. */
const LONGEST_TEXT = 256 * 1024;

/** Input tokens by the length of the request's body, for a stream whose provider did not say; undefined where that would mislead. */
export const estimatedInputTokens = (requestBytes: number | undefined): number | undefined =>
  requestBytes === undefined || requestBytes > LONGEST_TEXT
    ? undefined
    : Math.ceil(requestBytes / CHARACTERS_PER_TOKEN);
