import type { BodyTap } from "./body-tap.ts";

/** What the collector tells of: a response whose body may have been handed out, or such a body itself. */
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

export const watchResponse = (response: object, tap: BodyTap): void =>
  collected.register(response, { tap, isResponse: true });

export const watchBody = (body: object, tap: BodyTap): void => collected.register(body, { tap, isResponse: false });
