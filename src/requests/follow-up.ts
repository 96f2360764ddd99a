import type { BodyTap } from "../transport/body-tap.ts";
import type { ExchangeObserver } from "../transport/observed-fetch.ts";
import { tapResponse } from "../transport/response-tap.ts";
import type { AnswerHead } from "./answer-head.ts";

/** Watches an exchange that asks after something, through a `Response` or chunk by chunk. */
export interface FollowUp extends ExchangeObserver {
  /** @returns what has to see the body; undefined where nothing of it is of interest */
  relayed(answer: AnswerHead): BodyTap | undefined;
  /** Whoever asked has left before an answer came. */
  left(): void;
}

/** One that went unanswered says nothing. */
export const followUpBy = (relayed: FollowUp["relayed"]): FollowUp => ({
  relayed,
  answered(response) {
    const tap = relayed(response);
    if (tap) tapResponse(response, tap);
  },
  unanswered: () => undefined,
  left: () => undefined,
});
