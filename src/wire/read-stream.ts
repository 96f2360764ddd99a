import { addUsage, type Usage } from "../model/usage.ts";
import type { EventEnds } from "../transport/event-ends.ts";
import type { Excerpt } from "../transport/excerpt.ts";
import type { Dialect, StreamDialect } from "./dialect.ts";
import { opened } from "./envelope.ts";
import { estimatedTokens } from "./token-estimate.ts";
import type { Framing, StreamEvent, StreamPiece } from "./framing.ts";
import { lastObject } from "./json.ts";
import { wholeUsage } from "./model-usage.ts";
import { NOTHING, type Asked, type Reading } from "./reading.ts";
import { StreamFold } from "./stream-fold.ts";

/** Where usage and terminal events stand, as a rule: decoding more is only worth it when they do not. */
const LAST_EVENTS_BYTES = 1024;

/** Reads a stream of which the beginning and the end were kept. */
export function readStream(dialect: Dialect, framing: Framing, excerpt: Excerpt, asked: Asked): Reading {
  const whole = excerpt.covers(excerpt.tailBytes);
  const { beginsWithUsage = false, addsUp } = dialect.stream ?? {};
  if (!beginsWithUsage && !addsUp) {
    const last = framing.events(new Piece(excerpt, LAST_EVENTS_BYTES), excerpt.covers(LAST_EVENTS_BYTES));
    const { reading: quick, saysTotal } = foldEvents(dialect, last, asked);
    if (saysTotal && quick.usageSource === "reported" && quick.respondedModel !== undefined) return quick;
  }
  const tail = new Piece(excerpt, Infinity);
  const events = framing.events(tail, whole);
  if (whole) return readEvents(dialect, events, asked);
  if (excerpt.eventEnds) return readEventEnds(dialect, excerpt.eventEnds, asked);
  const first = framing.events(new Piece(excerpt, undefined), true);
  const extrapolation = excerpt.totalBytes / excerpt.tailBytes;
  if (beginsWithUsage) return readEvents(dialect, events, asked, { first, extrapolation });
  const reading = readEvents(dialect, events, asked, { first, extrapolation });
  const head = readEvents(dialect, first.slice(0, 1), asked);
  const respondedModel = reading.respondedModel ?? head.respondedModel;
  const cut =
    reading.usageSource === "reported" ? undefined : usageOfCutEvent(dialect, framing.cutEvent?.(tail) ?? "", asked);
  // Usage ends a job, so that its state, which the cut has taken away, is known.
  if (cut) return { ...reading, ...cut, respondedModel, status: undefined, jobId: undefined, finished: true };
  return { ...reading, respondedModel, status: reading.status ?? head.status, jobId: reading.jobId ?? head.jobId };
}

/** Reads a stream that was kept to its last byte. */
export const readWholeStream = (dialect: Dialect, framing: Framing, piece: StreamPiece, asked: Asked): Reading =>
  readEvents(dialect, framing.events(piece, true), asked);

/** The text of a piece is made when a framing asks for it, or else its bytes: none asks for both. */
class Piece implements StreamPiece {
  readonly #excerpt: Excerpt;
  readonly #length: number | undefined;

  /** @param length how much of the excerpt's end it is; undefined for its beginning */
  constructor(excerpt: Excerpt, length: number | undefined) {
    this.#excerpt = excerpt;
    this.#length = length;
  }

  get bytes(): Uint8Array {
    return this.#length === undefined ? this.#excerpt.headBytes() : this.#excerpt.tailOf(this.#length);
  }

  get text(): string {
    return this.#length === undefined ? this.#excerpt.head() : this.#excerpt.tail(this.#length);
  }
}

/** Adds up what events say whose beginnings were not kept. */
function readEventEnds(dialect: Dialect, ends: EventEnds, asked: Asked): Reading {
  const stated = ends
    .texts()
    .flatMap((end) => lastObject(end, dialect.usageKey, 2, (raw) => dialect.usage(raw, asked)) ?? []);
  if (stated.length === 0) return { ...NOTHING, begun: true };
  const adds = dialect.stream?.addsUp ?? {};
  return {
    ...NOTHING,
    usage: stated.map(({ meaning }) => addUsage(meaning, adds)).reduce(addUsage),
    usageSource: "reported",
    rawUsage: stated.at(-1)!.object,
    begun: true,
    finished: true,
  };
}

/** A last event that repeats the whole answer may be longer than what is kept; its usage stands near its end. */
function usageOfCutEvent(
  dialect: Dialect,
  end: string,
  asked: Asked,
): Pick<Reading, "usage" | "usageSource" | "rawUsage"> | undefined {
  const found = lastObject(end, dialect.usageKey, 2, (object) => dialect.usage(object, asked));
  if (!found) return undefined;
  return {
    usage: { ...dialect.usageOfText?.(end), ...found.meaning },
    usageSource: "reported",
    rawUsage: found.object,
  };
}

/** What was left out of a list of events. */
interface Gap {
  /** The stream's first events, which may say what the last ones do not repeat. */
  readonly first?: readonly StreamEvent[];
  /** How much longer the stream was than its last events, for estimating what was not kept. */
  readonly extrapolation: number;
}

const NO_GAP: Gap = { extrapolation: 1 };

/** Reads the events of a stream. */
export const readEvents = (dialect: Dialect, events: readonly StreamEvent[], asked: Asked, gap?: Gap): Reading =>
  foldEvents(dialect, events, asked, gap).reading;

/** @returns with the reading, whether a total was stated, to which events that came before add nothing */
function foldEvents(
  dialect: Dialect,
  events: readonly StreamEvent[],
  asked: Asked,
  { first = [], extrapolation }: Gap = NO_GAP,
): { readonly reading: Reading; readonly saysTotal: boolean } {
  const { stream } = dialect;
  const fold = new StreamFold();
  const { beginsWithUsage = false, addsUp } = stream ?? {};
  const readsAll = beginsWithUsage || addsUp !== undefined;
  let finished = false;
  const read = beginsWithUsage ? [...first, ...events] : events;
  for (let index = read.length - 1; index >= 0; index--) {
    const event = read[index]!;
    finished ||= stream?.isTerminal(event) ?? false;
    const data = event.object;
    if (data) fold.addEarlier(statementOf(dialect, event, asked));
    if (!readsAll && fold.saysTotal && fold.model !== undefined) break;
  }
  const stated = fold.usage;
  const isWhole = saysOutput(stated, finished, beginsWithUsage) && !lacksChoice(fold, stream, first, events);
  const estimate = stream && !isWhole ? estimatedTokens(stream, events, extrapolation) : 0;
  const outputTokens = Math.max(estimate, stated?.outputTokens ?? 0);
  const { usage, ...shares } = wholeUsage(estimate > 0 ? { ...stated, outputTokens } : stated, fold.division);
  const reading: Reading = {
    ...NOTHING,
    usage,
    ...shares,
    usageSource: usage === undefined ? "missing" : estimate > 0 ? "estimated" : "reported",
    rawUsage: fold.rawUsage,
    respondedModel: fold.model,
    status: fold.status,
    jobId: fold.jobId,
    begun: events.length > 0 && stream !== undefined,
    finished: finished || fold.isError,
    error: fold.isError ? "stream_error" : undefined,
  };
  return { reading, saysTotal: fold.saysTotal };
}

/** Whether one of several answers was seen of which no usage was. */
const lacksChoice = (
  fold: StreamFold,
  stream: StreamDialect | undefined,
  ...lists: (readonly StreamEvent[])[]
): boolean =>
  fold.countsChoices &&
  lists.flat().some(({ object }) => object && stream?.choicesIn?.(object).some((index) => fold.lacksChoice(index)));

function statementOf(dialect: Dialect, event: StreamEvent, asked: Asked) {
  const statement = dialect.says(opened(event.object!, dialect.usageKey), asked);
  return isErrorEvent(event) ? { ...statement, isError: true } : statement;
}

const isErrorEvent = ({ event, object }: StreamEvent): boolean =>
  event === "error" || object?.["type"] === "error" || object?.["object"] === "error";

/**
 * Whether the output was stated. Usage at the beginning of a stream says nothing of its output, and a running count of
 * 0 is not a statement either: where there was no output, none is estimated.
 */
function saysOutput(usage: Usage | undefined, finished: boolean, beginsWithUsage: boolean): boolean {
  if (!usage) return false;
  const { outputTokens, reasoningTokens = 0 } = usage;
  if (beginsWithUsage) return outputTokens !== undefined;
  return (outputTokens ?? 0) > 0 || reasoningTokens > 0 || (finished && outputTokens === undefined);
}
