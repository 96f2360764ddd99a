import { enclosingCall, insideCall, OutgoingCall } from "../requests/outgoing-call.ts";
import { retriesUntil } from "../requests/retry-judge.ts";
import type { ClientMetering } from "./adapter.ts";
import { override } from "./own-property.ts";

type Method = (this: unknown, ...parameters: unknown[]) => Promise<unknown>;

/**
 * Joins the attempts of a call by the method of the SDK that makes them all: whatever is exchanged inside it belongs to
 * the call, and what was granted to a call that makes no exchange is given back when it ends.
 *
 * @param answerIn what of the method's result the SDK hands to the application as the answer, where it makes that anew
 */
export function joiningAttempts(
  holder: object,
  name: string,
  metering: ClientMetering,
  answerIn?: (result: unknown) => unknown,
): () => void {
  const method = (holder as Readonly<Record<string, Method>>)[name]!;
  return override(holder, name, function (this: unknown, ...parameters: unknown[]) {
    if (!metering.active || enclosingCall(metering.requests)) return method.apply(this, parameters);
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const call = new OutgoingCall(metering, retriesUntil(ended));
    const made = insideCall(call, () => method.apply(this, parameters));
    const over = (): void => {
      call.withdraw();
      end();
    };
    made.then((result) => {
      if (answerIn && call.request) metering.requests.answered(answerIn(result), call.request);
      over();
    }, over);
    return made;
  });
}
