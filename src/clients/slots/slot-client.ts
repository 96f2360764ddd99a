import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { isAbandoned, isTimedOut, type RetryJudge } from "../../requests/retry-judge.ts";
import type { Fetch } from "../../transport/observed-fetch.ts";
import { stampOf } from "../../transport/stamp.ts";
import type { ApiFamily } from "../../wire/family.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { observingFetch } from "../fetch/metered-fetch.ts";
import { joiningAttempts } from "../call-method.ts";
import { override, whenRead } from "../own-property.ts";

/** An SDK whose objects hold the fetch that they use. */
export interface SlotSdk {
  /** Its package name. */
  readonly sdk: string;
  /** What it speaks; the host or the path says it where the SDK speaks several. */
  readonly family?: ApiFamily;
  /** Whom a client talks to, whatever the host. @default anybody */
  readonly provider?: string;
  recognises(client: object): boolean;
  /** The objects of a client whose `fetch` is used; one that has none uses the platform's. */
  holders(client: object): readonly object[];
  /** Whether the SDK makes a signal for each call, which it aborts without reading on. */
  readonly hasOwnSignals?: boolean;
  /** The methods of a client that make a call with all its attempts, where there are such. */
  readonly callMethods?: readonly string[];
  /** The inner methods whose results hold the answer that the SDK has made anew, and the objects that have them. */
  readonly answerMethods?: {
    in(client: object): readonly object[];
    /** The property of a client that makes another such object when it is first read. */
    madeWhenRead?: string;
    names: readonly string[];
    answerIn(result: unknown): unknown;
  };
  /** Whether the SDK sends a call again whose attempts so far have failed, with a status or, without an answer, undefined. @default never */
  retries?(status: number | undefined, attempts: number): boolean;
}

/** How clients of an SDK are metered whose objects hold the fetch that they use. */
export const slotAdapter = (slotSdk: SlotSdk): ClientAdapter => ({
  sdk: slotSdk.sdk,
  family: slotSdk.family,
  recognises: (client) => slotSdk.recognises(client),
  providerOf: () => slotSdk.provider,
  attach(client, metering) {
    const { callMethods = [], answerMethods } = slotSdk;
    const undo = [
      ...slotSdk.holders(client).map((holder) => observeSlot(holder as Slot, metering, slotSdk)),
      ...callMethods.map((method) => joiningAttempts(client, method, metering)),
    ];
    if (answerMethods) {
      const known = new Set<object>();
      const observeAnswers = (part: object): void => {
        if (known.has(part)) return;
        known.add(part);
        for (const name of answerMethods.names.filter((each) => each in part)) {
          undo.push(joiningAttempts(part, name, metering, (result) => answerMethods.answerIn(result)));
        }
      };
      answerMethods.in(client).forEach(observeAnswers);
      if (answerMethods.madeWhenRead !== undefined && answerMethods.madeWhenRead in client) {
        undo.push(whenRead(client, answerMethods.madeWhenRead, observeAnswers));
      }
    }
    return () => undo.forEach((restore) => restore());
  },
});

interface Slot {
  readonly fetch?: Fetch;
}

const callOfHeaders = stampOf<OutgoingCall>();

function observeSlot(holder: Slot, metering: ClientMetering, { retries, hasOwnSignals = false }: SlotSdk): () => void {
  const bare = holder.fetch ?? ((input, init) => fetch(input, init));
  const observing = observingFetch(bare, metering, {
    // An SDK makes the headers of a call once, for all its attempts.
    callOf({ init }) {
      const { headers } = init ?? {};
      if (typeof headers !== "object") return OutgoingCall.within(metering);
      const known = callOfHeaders.read(headers);
      if (known?.takesAttempts) return known;
      const call = OutgoingCall.within(metering);
      callOfHeaders.stamp(headers, call);
      return call;
    },
    judge: (_call, { signal }) => judgeOf(retries, signal),
    hasOwnSignals,
  });
  // Options are handed on to parts of the client that are made later.
  return override(
    holder,
    "fetch",
    (...parameters: Parameters<Fetch>) => (metering.active ? observing : bare)(...parameters),
    true,
  );
}

const judgeOf = (retries: SlotSdk["retries"], signal: AbortSignal | null | undefined): RetryJudge => ({
  afterAnswer: ({ status }, attempts) => retries?.(status, attempts) ?? false,
  afterError: (attempts) => retries?.(undefined, attempts) ?? false,
  afterBrokenBody: () => false,
  abandoned: () => isAbandoned(signal),
  timedOut: () => isTimedOut(signal),
});
