import type { Usage, UsageSource } from "../model/usage.ts";
import type { Ending, SeenBody } from "../transport/body-tap.ts";
import { HEAD_BYTES, type Excerpt } from "../transport/excerpt.ts";
import type { Dialect, StreamDialect } from "./dialect.ts";
import { firstString, isObject, lastObject, objectAt, parsed, stringAt, type JsonObject } from "./json.ts";
import { firstBlock, serverSentEvents, type ServerSentEvent } from "./server-sent-events.ts";

/** What a body said of the request it answers. */
export interface Reading {
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource;
  /** The provider's usage object, unchanged. */
  readonly rawUsage: unknown;
  readonly respondedModel: string | undefined;
  /** The state of a response, run or batch, as the provider names it. */
  readonly status: string | undefined;
  /** The id of a response, run or batch that the provider works on whether or not anybody reads on. */
  readonly jobId: string | undefined;
  /** Whether the answer was seen to its end, wherever the reader stopped. */
  readonly finished: boolean;
  /** The answer is an error, though its status was 200; `malformed` when it is not what it says it is. */
  readonly error: "stream_error" | "malformed" | undefined;
}

const NOTHING: Reading = {
  usage: undefined,
  usageSource: "missing",
  rawUsage: undefined,
  respondedModel: undefined,
  status: undefined,
  jobId: undefined,
  finished: false,
  error: undefined,
};

/** Reads what a tap saw. Pure. */
export function readBody(dialect: Dialect, ending: Ending, seen: SeenBody, contentType: string): Reading {
  if (seen.json !== undefined) return readAnswer(dialect, seen.json);
  const { excerpt } = seen;
  if (seen.text !== undefined || !excerpt) {
    const text = seen.text ?? "";
    if (isEventStream(contentType)) return readEventList(dialect, serverSentEvents(text, true));
    return readText(dialect, { text, head: text, whole: ending === "complete" }, contentType);
  }
  if (isEventStream(contentType)) return readEvents(dialect, excerpt);
  const whole = ending === "complete" && excerpt.covers(excerpt.tailBytes);
  return readText(dialect, { text: excerpt.tail(), head: excerpt.head(), whole }, contentType);
}

export const isEventStream = (contentType: string): boolean => contentType.startsWith("text/event-stream");

function readAnswer(dialect: Dialect, answer: unknown): Reading {
  if (!isObject(answer)) return { ...NOTHING, finished: true };
  return { ...identity(answer), ...usageIn(dialect, answer), finished: true, error: undefined };
}

/** An answer as far as it was kept. */
interface AnswerText {
  /** All of it, or its end. */
  readonly text: string;
  /** Its beginning. */
  readonly head: string;
  readonly whole: boolean;
}

/** A JSON answer as text: looked into without parsing what is not needed. */
function readText(dialect: Dialect, { text, head, whole }: AnswerText, contentType: string): Reading {
  if (contentType.startsWith("text/html"))
    return { ...NOTHING, finished: whole, error: whole ? "malformed" : undefined };
  if (!contentType.includes("json") && !head.startsWith("{")) return { ...NOTHING, finished: whole };
  const found = lastObject(text, dialect.usageKey, 1, (object) => dialect.usage(object));
  // Usage ends a job, so that its state need not be known where the answer is too long to be kept.
  if (found && !(whole && dialect.stateful === true)) {
    return {
      ...NOTHING,
      usage: dialect.usageOfText ? { ...dialect.usageOfText(text), ...found.meaning } : found.meaning,
      usageSource: "reported",
      rawUsage: found.object,
      respondedModel: firstString(head, "model") ?? firstString(text, "model"),
      finished: true,
    };
  }
  if (!whole) return { ...NOTHING, respondedModel: firstString(head, "model") };
  const answer = parsed(text);
  if (answer !== undefined) return readAnswer(dialect, answer);
  return { ...NOTHING, finished: true, error: contentType.includes("json") ? "malformed" : undefined };
}

/** Where usage and terminal events stand, as a rule: decoding more is only worth it when they do not. */
const LAST_EVENTS_BYTES = 2 * 1024;

function readEvents(dialect: Dialect, excerpt: Excerpt): Reading {
  const last = serverSentEvents(excerpt.tail(LAST_EVENTS_BYTES), excerpt.covers(LAST_EVENTS_BYTES));
  const quick = readEventList(dialect, last);
  if (quick.usageSource === "reported" && quick.respondedModel !== undefined) return quick;
  const whole = excerpt.covers(excerpt.tailBytes);
  const tail = excerpt.tail();
  const reading = readEventList(dialect, serverSentEvents(tail, whole), excerpt.totalBytes / excerpt.tailBytes);
  if (whole) return reading;
  const head = readEventList(dialect, serverSentEvents(excerpt.head(), true).slice(0, 1));
  const respondedModel = reading.respondedModel ?? head.respondedModel;
  const cut = reading.usageSource === "reported" ? undefined : usageOfCutEvent(dialect, firstBlock(tail));
  // Usage ends a job, so that its state, which the cut has taken away, is known.
  if (cut) return { ...reading, ...cut, respondedModel, status: undefined, jobId: undefined, finished: true };
  return { ...reading, respondedModel, status: reading.status ?? head.status, jobId: reading.jobId ?? head.jobId };
}

/** A last event that repeats the whole answer may be longer than what is kept; its usage stands near its end. */
function usageOfCutEvent(dialect: Dialect, block: string): Stated | undefined {
  const found = lastObject(block, dialect.usageKey, 2, (object) => dialect.usage(object));
  if (!found) return undefined;
  const usage = { ...dialect.stream?.usageOfEvent, ...found.meaning };
  return { usage, usageSource: "reported", rawUsage: found.object };
}

/**
 * @param extrapolation how much longer the stream was than these events, for estimating what was not kept
 */
function readEventList(dialect: Dialect, events: readonly ServerSentEvent[], extrapolation = 1): Reading {
  const stream = dialect.stream;
  let reading: Reading = NOTHING;
  let finished = false;
  let error: Reading["error"];
  for (const event of events.toReversed()) {
    finished ||= stream?.isTerminal(event) ?? false;
    const data = event.object;
    if (!data) continue;
    if (isError(event, data)) error = "stream_error";
    const known = identity(data);
    reading = {
      ...reading,
      respondedModel: reading.respondedModel ?? known.respondedModel,
      status: reading.status ?? known.status,
      jobId: reading.jobId ?? known.jobId,
      ...(reading.usage === undefined ? usageOfEvent(dialect, data) : {}),
    };
    if (reading.usage !== undefined && reading.respondedModel !== undefined) break;
  }
  if (reading.usage === undefined && stream) {
    const outputTokens = estimatedTokens(stream, events, extrapolation);
    if (outputTokens > 0) reading = { ...reading, usage: { outputTokens }, usageSource: "estimated" };
  }
  return { ...reading, finished: finished || error !== undefined, error };
}

const ERROR_TYPES = new Set<unknown>(["error", "conversation.response.error"]);

function isError({ event }: ServerSentEvent, data: JsonObject): boolean {
  if (ERROR_TYPES.has(event) || ERROR_TYPES.has(data["type"]) || data["object"] === "error") return true;
  return objectAt(data, "error") !== undefined || (stringAt(data, "error") ?? "") !== "";
}

/** Characters of text per token, the usual rule of thumb for English (OpenAI's tokenizer page). */
export const CHARACTERS_PER_TOKEN = 4;

/** Events longer than this on average carry more than one token each. */
const LONGEST_TOKEN = 2 * CHARACTERS_PER_TOKEN;

/** Most hosts send one token per event; where they send more, the text's length says how many. */
function estimatedTokens(stream: StreamDialect, events: readonly ServerSentEvent[], extrapolation: number): number {
  let deltas = 0;
  let characters = 0;
  for (const event of events) {
    const length = event.object && stream.outputCharacters(event.object);
    if (length === undefined) continue;
    deltas++;
    characters += length;
  }
  const tokens = characters > deltas * LONGEST_TOKEN ? characters / CHARACTERS_PER_TOKEN : deltas;
  return Math.round(tokens * extrapolation);
}

type Stated = Pick<Reading, "usage" | "usageSource" | "rawUsage">;

function usageIn(dialect: Dialect, answer: JsonObject): Stated {
  const raw = objectAt(answer, dialect.usageKey);
  const counted = dialect.usageOfAnswer?.(answer);
  const stated = raw && dialect.usage(raw);
  const usage = counted || stated ? { ...counted, ...stated } : undefined;
  return { usage, usageSource: usage ? "reported" : "missing", rawUsage: raw };
}

function usageOfEvent(dialect: Dialect, data: JsonObject): Stated {
  const stated = usageIn(dialect, usageHolder(dialect, data));
  const usage = stated.usage && { ...dialect.stream?.usageOfEvent, ...stated.usage };
  return { ...stated, usage };
}

/** Where streams nest what JSON answers have at the top: Responses, Groq, assistants. */
function usageHolder(dialect: Dialect, answer: JsonObject): JsonObject {
  for (const key of ["response", "x_groq"]) {
    const nested = objectAt(answer, key);
    if (objectAt(nested, dialect.usageKey)) return nested!;
  }
  return answer;
}

/** What has a state of its own at the provider. */
const STATEFUL = new Set<unknown>(["response", "thread.run", "batch"]);

function identity(answer: JsonObject): Pick<Reading, "respondedModel" | "status" | "jobId"> {
  const holder = objectAt(answer, "response") ?? answer;
  const stateful = STATEFUL.has(holder["object"]);
  const status = stateful ? stringAt(holder, "status") : undefined;
  const outlivesItsAnswer = stateful && (holder["object"] !== "response" || holder["background"] === true);
  return {
    respondedModel: stringAt(holder, "model") || modelOfOutputs(holder),
    status,
    jobId: outlivesItsAnswer ? stringAt(holder, "id") : undefined,
  };
}

/** Mistral's conversations name the model with each output. */
function modelOfOutputs({ outputs }: JsonObject): string | undefined {
  return Array.isArray(outputs) ? outputs.map((output) => stringAt(output, "model")).find(Boolean) : undefined;
}

/**
 * Whether a stream has come to content: not a role, not a ping, not the news that a response was created. Looked for at
 * its beginning and in what came last, however much has come at once.
 */
export function carriesOutput({ stream }: Dialect, excerpt: Excerpt): boolean {
  if (!stream) return false;
  const carries = (text: string, fromStart: boolean): boolean =>
    serverSentEvents(text, fromStart).some(
      ({ object }) => object !== undefined && stream.outputCharacters(object) !== undefined,
    );
  if (carries(excerpt.head(), true)) return true;
  return !excerpt.covers(HEAD_BYTES) && carries(excerpt.tail(LAST_EVENTS_BYTES), false);
}

/** Whether a stream that ends in a bracket has come to its end marker. */
export const endsStream = (excerpt: Excerpt): boolean =>
  /(?:^|[\r\n])data: ?\[DONE\]\s*$/.test(excerpt.tail(END_MARKER_BYTES));

const END_MARKER_BYTES = 32;
