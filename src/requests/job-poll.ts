import { BodyTap, type Ending, type SeenBody } from "../transport/body-tap.ts";
import type { Reading } from "../wire/reading.ts";
import type { AnswerHead } from "./answer-head.ts";
import { AnswerWatch } from "./answer-watch.ts";
import { saysHowItEnded } from "./job-state.ts";
import { readingOfAnswer } from "./reading-of-answer.ts";
import type { RequestStart } from "./request-start.ts";

/** A request that goes on at the provider, and is asked after. */
export interface PolledJob {
  readonly start: RequestStart;
  reportInternalError(error: unknown): void;
}

/**
 * What has to see the body of an exchange that asks after a job; undefined where nothing of it is of interest.
 *
 * @param ended called with what the body says, where that is how the job ended
 */
export function pollOf(job: PolledJob, answer: AnswerHead, ended: (reading: Reading) => void): BodyTap | undefined {
  const { ok, headers } = answer;
  if (!ok) return undefined;
  const reportInternalError = (error: unknown): void => job.reportInternalError(error);
  const read = (ending: Ending, seen: SeenBody): void => {
    try {
      const reading = readingOfAnswer(job.start, ending, seen, headers);
      if (saysHowItEnded(reading)) ended(reading);
    } catch (error) {
      reportInternalError(error);
    }
  };
  const owner = { ended: read, contentSeen: () => undefined, reportInternalError };
  return BodyTap.for(new AnswerWatch(job.start, answer, owner));
}
