import type { Usage, UsageSource } from "../model/usage.ts";
import type { Ending, SeenBody } from "../transport/body-tap.ts";
import type { Excerpt } from "../transport/excerpt.ts";
import type { Dialect, StreamDialect } from "./dialect.ts";
import { type JsonObject, firstString, isObject, lastObject, objectAt, parsed, stringAt } from "./json.ts";
import { type ServerSentEvent, serverSentEvents } from "./server-sent-events.ts";

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
  if (seen.text !== undefined) return readText(dialect, seen.text, contentType);
  if (!seen.excerpt || seen.excerpt.totalBytes === 0) return { ...NOTHING, finished: ending === "complete" };
  if (contentType.startsWith("text/event-stream")) return readEvents(dialect, seen.excerpt);
  return readText(dialect, seen.excerpt.tail(), contentType);
}

function readAnswer(dialect: Dialect, answer: unknown): Reading {
  if (!isObject(answer)) return { ...NOTHING, finished: true };
  return { ...identity(answer), ...usageIn(dialect, answer), finished: true, error: undefined };
}

/** A JSON answer as text, which may be its end only: looked into without parsing what is not needed. */
function readText(dialect: Dialect, text: string, contentType: string): Reading {
  if (contentType.startsWith("text/event-stream")) return readEventList(dialect, serverSentEvents(text, true));
  if (!contentType.includes("json")) return { ...NOTHING, finished: true };
  const found = lastObject(text, dialect.usageKey, (object) => dialect.usage(object));
  if (found && dialect.stateful !== true) {
    return {
      usage: found.meaning,
      usageSource: "reported",
      rawUsage: found.object,
      respondedModel: firstString(text, "model"),
      status: undefined,
      jobId: undefined,
      finished: true,
      error: undefined,
    };
  }
  const answer = parsed(text);
  return answer === undefined ? { ...NOTHING, finished: true, error: "malformed" } : readAnswer(dialect, answer);
}

/** Where usage and terminal events stand, as a rule: decoding more is only worth it when they do not. */
const LAST_EVENTS_BYTES = 2 * 1024;

function readEvents(dialect: Dialect, excerpt: Excerpt): Reading {
  const last = serverSentEvents(excerpt.tail(LAST_EVENTS_BYTES), excerpt.covers(LAST_EVENTS_BYTES));
  const quick = readEventList(dialect, last);
  if (quick.usageSource === "reported" && quick.respondedModel !== undefined) return quick;
  const whole = excerpt.covers(excerpt.tailBytes);
  const kept = serverSentEvents(excerpt.tail(), whole);
  const reading = readEventList(dialect, kept, excerpt.totalBytes / excerpt.tailBytes);
  if (whole) return reading;
  const head = readEventList(dialect, serverSentEvents(excerpt.head(), true).slice(0, 1));
  return {
    ...reading,
    respondedModel: reading.respondedModel ?? head.respondedModel,
    status: reading.status ?? head.status,
    jobId: reading.jobId ?? head.jobId,
  };
}

/**
 * @param extrapolation how much longer the stream was than these events, for estimating what was not kept
 */
function readEventList(dialect: Dialect, events: readonly ServerSentEvent[], extrapolation = 1): Reading {
  const stream = dialect.stream;
  let reading: Reading = NOTHING;
  let finished = false;
  for (const event of events.toReversed()) {
    finished ||= stream?.isTerminal(event) ?? false;
    const data = event.object;
    if (!data) continue;
    if (event.event === "error" || data["type"] === "error" || objectAt(data, "error")) {
      return { ...reading, finished: true, error: "stream_error" };
    }
    const known = identity(data);
    reading = {
      ...reading,
      respondedModel: reading.respondedModel ?? known.respondedModel,
      status: reading.status ?? known.status,
      jobId: reading.jobId ?? known.jobId,
      ...(reading.usage === undefined ? usageIn(dialect, data) : {}),
    };
    if (reading.usage !== undefined && reading.respondedModel !== undefined) break;
  }
  if (reading.usage === undefined && stream) {
    const outputTokens = estimatedTokens(stream, events, extrapolation);
    if (outputTokens > 0) reading = { ...reading, usage: { outputTokens }, usageSource: "estimated" };
  }
  return { ...reading, finished, error: undefined };
}

/** Characters of text per token, the usual rule of thumb for English (OpenAI's tokenizer page). */
const CHARACTERS_PER_TOKEN = 4;

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

function usageIn(dialect: Dialect, answer: JsonObject): Pick<Reading, "usage" | "usageSource" | "rawUsage"> {
  const holder = usageHolder(dialect, answer);
  const raw = objectAt(holder, dialect.usageKey);
  const usage = (raw && dialect.usage(raw)) ?? dialect.usageOfAnswer?.(answer);
  return { usage, usageSource: usage ? "reported" : "missing", rawUsage: raw };
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
    respondedModel: stringAt(holder, "model") || undefined,
    status,
    jobId: outlivesItsAnswer ? stringAt(holder, "id") : undefined,
  };
}

/** Whether a chunk of a stream carries content: not a role, not a ping, not the news that a response was created. */
export function carriesOutput(dialect: Dialect, chunk: Uint8Array): boolean {
  const stream = dialect.stream;
  if (!stream) return false;
  return serverSentEvents(Buffer.from(chunk).toString("utf8"), true).some((event) => {
    return event.object !== undefined && stream.outputCharacters(event.object) !== undefined;
  });
}

/** Whether a stream that ends in a bracket has come to its end marker. */
export const endsStream = (excerpt: Excerpt): boolean => /data: ?\[DONE\]\s*$/.test(excerpt.tail(END_MARKER_BYTES));

const END_MARKER_BYTES = 32;
