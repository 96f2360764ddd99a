import { AsyncLocalStorage } from "node:async_hooks";

import type { OutgoingCall } from "./outgoing-call.ts";

/** Made when a framework first announces a call. */
let storage: AsyncLocalStorage<OutgoingCall> | undefined;

/**
 * The call that a framework above has announced to the same meter, where an exchange made now is an attempt of it: a
 * metered client or fetch below a framework that is metered itself must not count a second time.
 */
export function enclosingCall(requests: object): OutgoingCall | undefined {
  const call = storage?.getStore();
  return call?.requests === requests && call.takesAttempts ? call : undefined;
}

/** Runs what makes the exchanges of a call. */
export function insideCall<Result>(call: OutgoingCall, run: () => Result): Result {
  storage ??= new AsyncLocalStorage();
  return storage.run(call, run);
}

/** From here on, in this flow of execution, exchanges are made for a call: where a framework only tells that it begins. */
export function enterCall(call: OutgoingCall): void {
  storage ??= new AsyncLocalStorage();
  storage.enterWith(call);
}
