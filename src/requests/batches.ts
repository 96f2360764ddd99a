import { createHash } from "node:crypto";
import { clearImmediate, setImmediate } from "node:timers";

import type { Labels } from "../model/request.ts";
import { USAGE_CLASSES, type Usage } from "../model/usage.ts";
import { BodyLines, type BodyLine } from "../transport/body-lines.ts";
import { BodyTap, type BodyObserver, type SeenBody } from "../transport/body-tap.ts";
import { longResult, type BatchReader, type BatchResult, type BatchState } from "../wire/batch.ts";
import { isObject, parsed } from "../wire/json.ts";
import type { Origin, Target } from "./binding.ts";
import { followUpBy, type FollowUp } from "./follow-up.ts";

/** One request of a batch, by its result. */
export interface BatchedRequest {
  /** The same whenever the same result is fetched. */
  readonly id: string;
  readonly origin: Origin;
  readonly operation: string;
  readonly labels: Labels;
  readonly result: BatchResult;
}

/** What takes the requests of batches. */
export interface BatchHandler {
  settledInBatch(request: BatchedRequest): void;
  wasCounted(id: string): boolean;
  reportInternalError(error: unknown): void;
}

/** Batches and files of results that are remembered as counted; beyond it, the oldest is forgotten. */
const MOST_BATCHES = 10_000;

/** As many as the largest batch that a provider takes whose last state counts them; a larger count is an error. */
const MOST_REQUESTS = 100_000;

/** How much of a long line's end is looked at for its usage. */
const LINE_END_BYTES = 16 * 1024;

/** Requests that are settled in one turn of the event loop: some milliseconds. */
const SLICE = 500;

/**
 * Counts the requests of batches when the application fetches their results, or a last state that says as much. Whoever
 * fetches them, and however often, each result counts once: in this process by its place in the results, and over
 * processes by its id, where a journal knows it.
 */
export class Batches {
  readonly #handler: BatchHandler;
  /** How many results were counted, by what they are fetched under. */
  readonly #counted = new Map<string, number>();
  #waiting: BatchedRequest[] = [];
  #immediate: NodeJS.Immediate | undefined;

  constructor(handler: BatchHandler) {
    this.#handler = handler;
  }

  /** Who watches an exchange that fetches a batch's state or results. */
  followUp({ endpoint, followedId = "", origin }: Target, reader: BatchReader, labels: Labels): FollowUp {
    const count = (key: string, place: number, result: BatchResult): void =>
      this.#count(`${origin.host} ${key}`, place, { origin, operation: endpoint.operation, labels, result });
    const observer =
      endpoint.role === "results"
        ? resultsObserver(reader, (place, result) => count(followedId, place, result), this.#handler)
        : stateObserver(reader, (state) => countState(state, count), this.#handler);
    // Part of a file says nothing of the places of its lines.
    return followUpBy(({ status }) => (status === 200 ? BodyTap.for(observer) : undefined));
  }

  /** Settles all results that were seen so far. */
  settlePending(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) this.#handler.settledInBatch(request);
  }

  #count(key: string, place: number, request: Omit<BatchedRequest, "id">): void {
    if (place < (this.#counted.get(key) ?? 0)) return;
    if (!this.#counted.has(key) && this.#counted.size >= MOST_BATCHES) {
      this.#counted.delete(this.#counted.keys().next().value!);
    }
    this.#counted.set(key, place + 1);
    const id = idOf(key, place);
    if (this.#handler.wasCounted(id)) return;
    this.#waiting.push({ id, ...request });
    this.#immediate ??= setImmediate(() => this.#settleSlice());
  }

  #settleSlice(): void {
    this.#immediate = undefined;
    const waiting = this.#waiting;
    this.#waiting = waiting.splice(SLICE);
    if (this.#waiting.length > 0) this.#immediate = setImmediate(() => this.#settleSlice());
    for (const request of waiting) this.#handler.settledInBatch(request);
  }
}

/** A UUID that the same result always gets (version 8: made by a scheme of one's own). */
function idOf(key: string, place: number): string {
  const digits = createHash("sha256").update(`${key} ${place}`).digest("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

const NEVER_ENDS: Pick<BodyObserver, "endByte" | "firstContent" | "atEndMarker"> = {
  endByte: -1,
  firstContent: () => true,
  atEndMarker: () => false,
};

/** Watches results go by, line by line. */
function resultsObserver(
  reader: BatchReader,
  count: (place: number, result: BatchResult) => void,
  handler: BatchHandler,
): BodyObserver {
  let place = 0;
  /** Whether the first line was not a result: then it is a file of another kind. */
  let isOther = false;
  const lines = new BodyLines((line) => {
    if (isOther) return;
    const result = resultOfLine(reader, line);
    if (!result && place === 0) isOther = true;
    if (result) count(place, result);
    place += 1;
  });
  const guarded = (look: () => void): void => {
    try {
      if (!isOther) look();
    } catch (error) {
      isOther = true;
      handler.reportInternalError(error);
    }
  };
  return {
    ...NEVER_ENDS,
    chunk: (bytes) => guarded(() => lines.add(bytes)),
    ended: (_ending, { text, json }) =>
      guarded(() => {
        if (text !== undefined) lines.addText(text);
        else if (json !== undefined) lines.addText(JSON.stringify(json));
        lines.end();
      }),
  };
}

function resultOfLine(reader: BatchReader, { text, excerpt }: BodyLine): BatchResult | undefined {
  if (text === undefined) return longResult(reader, excerpt.head(), excerpt.tail(LINE_END_BYTES));
  const line = parsed(text);
  return isObject(line) ? reader.result(line) : undefined;
}

/** Reads the state of a batch, once it was read by the application. */
function stateObserver(reader: BatchReader, ended: (state: BatchState) => void, handler: BatchHandler): BodyObserver {
  return {
    ...NEVER_ENDS,
    ended(_ending, seen) {
      try {
        const object = objectOf(seen);
        const state = isObject(object) ? reader.state(object) : undefined;
        if (state) ended(state);
      } catch (error) {
        handler.reportInternalError(error);
      }
    },
  };
}

const objectOf = ({ json, text, excerpt }: SeenBody): unknown => json ?? parsed(text ?? excerpt?.tail() ?? "");

/** Counts what a batch's last state says: its results where it holds them, else how many there were. */
function countState(state: BatchState, count: (key: string, place: number, result: BatchResult) => void): void {
  const { resultsId, errorsId, model, usage, rawUsage, results } = state;
  const completed = Math.min(state.completed, MOST_REQUESTS);
  const failed = Math.min(state.failed, MOST_REQUESTS);
  for (const [place, result] of results.entries()) count(resultsId, place, result);
  for (let place = 0; place < completed; place++) {
    const share = usage && shareOf(usage, completed, place);
    const own = completed === 1 ? rawUsage : undefined;
    count(resultsId, place, { outcome: "completed", errorType: undefined, model, usage: share, rawUsage: own });
  }
  for (let place = 0; place < failed; place++) {
    count(errorsId, place, {
      outcome: "failed",
      errorType: "provider_error",
      model,
      usage: undefined,
      rawUsage: undefined,
    });
  }
}

/** One request's share of what all used: whole tokens, which add up to exactly the sum. */
function shareOf(usage: Usage, requests: number, place: number): Usage {
  const share: { -readonly [Class in keyof Usage]: number } = {};
  for (const name of USAGE_CLASSES) {
    const amount = usage[name];
    if (amount === undefined) continue;
    const whole = Math.floor(amount / requests);
    share[name] = whole + (place < amount - whole * requests ? 1 : 0);
  }
  return share;
}
