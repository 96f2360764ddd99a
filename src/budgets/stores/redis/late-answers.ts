import { LateAnswerError } from "../../accounts/budget-store.ts";

/** A server that goes on answering others is given this many times as long: calls wait for each other. */
const PATIENCE = 20;

/** A look that is this late shows that the process was doing something else. */
const BUSY_MILLISECONDS = 50;

/** A call whose answer has not come. */
interface Waiting {
  readonly began: number;
  /** When it is looked at. */
  due: number;
  readonly reject: (error: LateAnswerError) => void;
}

/**
 * Gives up calls that a server lets wait: one that hangs keeps the connection open and never answers, and the client alone
 * would wait for ever. An answer is late when the server has answered nothing for that long; one that has arrived, but waits
 * for this process to be less busy, is not. All calls share one timer.
 */
export function answersInTime(timeoutSeconds: number) {
  const timeoutMilliseconds = timeoutSeconds * 1000;
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;
  let lastAnswerAt = -Infinity;

  function lookAt(due: number): void {
    const look = (): void => {
      timer = undefined;
      const now = performance.now();
      // A process that was busy may not even have sent the call.
      const wasBusy = now - due > BUSY_MILLISECONDS;
      for (const call of waiting) if (call.due <= now) lookAtCall(call, now, wasBusy);
      const dues = Array.from(waiting, (call) => call.due);
      if (dues.length > 0) lookAt(Math.min(...dues));
    };
    timer = setTimeout(() => setImmediate(look), Math.max(1, due - performance.now()));
  }

  function lookAtCall(call: Waiting, now: number, wasBusy: boolean): void {
    call.due = (wasBusy ? now : Math.max(call.began, lastAnswerAt)) + timeoutMilliseconds;
    if (call.due > now && now - call.began < PATIENCE * timeoutMilliseconds) return;
    waiting.delete(call);
    call.reject(new LateAnswerError(`no answer from Redis within ${timeoutSeconds} s`));
  }

  /** The same answer, in time or an error. */
  return <Value>(answer: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const call = { began, due: began + timeoutMilliseconds, reject };
      waiting.add(call);
      if (timer === undefined) lookAt(call.due);
      else if (waiting.size === 1) timer.ref();
      const over = (): void => {
        // While nobody waits, the timer keeps no process from ending.
        if (waiting.delete(call) && waiting.size === 0) timer?.unref();
      };
      answer.then(
        (value) => {
          lastAnswerAt = performance.now();
          over();
          resolve(value);
        },
        (error: unknown) => {
          over();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
}
