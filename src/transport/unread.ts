import type { BodyTap } from "./body-tap.ts";

/** What the collector reports: a response whose body may have been handed out, or such a body itself. */
interface Watched {
  readonly tap: BodyTap;
  readonly isResponse: boolean;
}

/**
 * Bodies that nobody reads have no other end than the collector's: a promise that was never awaited, a stream
 * that was left without cancelling. A response whose body was handed out may die before that body does.
 */
const collected = new FinalizationRegistry<Watched>(({ tap, isResponse }) => {
  if (!(isResponse && tap.handedOut)) tap.unread();
});

/** Responses of this turn, with their taps: most are read at once and then need no watching. */
let arrived: [response: object, tap: BodyTap][] = [];

/** More than a turn of a busy process brings; held back no longer than that. */
const MOST_ARRIVED = 256;

export function watchResponse(response: object, tap: BodyTap): void {
  if (arrived.length === 0) setImmediate(registerUnread);
  else if (arrived.length >= MOST_ARRIVED) registerUnread();
  arrived.push([response, tap]);
}

export const watchBody = (body: object, tap: BodyTap): void => collected.register(body, { tap, isResponse: false });

/** Watching costs more than all the rest of a tap, so only what is still unread after its turn is watched. */
function registerUnread(): void {
  for (const [response, tap] of arrived) {
    if (!tap.handedOut) collected.register(response, { tap, isResponse: true });
  }
  arrived = [];
}
