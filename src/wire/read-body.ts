import type { Ending, SeenBody } from "../transport/body-tap.ts";
import { usageOfChoices } from "./choices.ts";
import type { Dialect } from "./dialect.ts";
import { opened } from "./envelope.ts";
import { MAY_SAY_ERROR } from "./error-answer.ts";
import type { Framing } from "./framing.ts";
import { jsonLines } from "./json-lines.ts";
import { firstString, isObject, lastObject, parsed, stringAt } from "./json.ts";
import { wholeUsage } from "./model-usage.ts";
import { providerNamed } from "./names-of-gateways.ts";
import { readStream, readWholeStream } from "./read-stream.ts";
import { NOTHING, type Asked, type Reading } from "./reading.ts";
import { serverSentEvents } from "./server-sent-events.ts";

/**
 * Reads what a tap saw. Pure.
 *
 * @param contentType in lower case
 * @param asked what the request asked for; a stream is one because the request said so, whatever the content type
 */
export function readBody(
  dialect: Dialect,
  ending: Ending,
  seen: SeenBody,
  contentType: string,
  asked: Asked = {},
): Reading {
  const reading = readSeen(dialect, ending, seen, contentType, asked);
  return asked.usageHabits?.namesProvider === true ? { ...reading, servedBy: servedBy(seen) } : reading;
}

/** The provider that an answer, or the first event of a stream, names as the one that served it. */
function servedBy({ json, text, excerpt }: SeenBody): string | undefined {
  const name = json === undefined ? firstString(text ?? excerpt?.head() ?? "", "provider") : stringAt(json, "provider");
  return name === undefined ? undefined : providerNamed(name);
}

function readSeen(dialect: Dialect, ending: Ending, seen: SeenBody, contentType: string, asked: Asked): Reading {
  if (Array.isArray(seen.json))
    return readSeen(dialect, ending, { text: JSON.stringify(seen.json) }, contentType, asked);
  if (seen.json !== undefined) return readAnswer(dialect, seen.json, asked);
  const { excerpt } = seen;
  if (seen.text !== undefined || !excerpt) {
    const text = seen.text ?? "";
    const framing = framingOf(dialect, contentType, () => text, asked);
    if (framing) return readWholeStream(dialect, framing, { text, bytes: Buffer.from(text) }, asked);
    return readText(dialect, { text, head: text, whole: ending === "complete" }, contentType, asked);
  }
  const framing = framingOf(dialect, contentType, () => excerpt.head(), asked);
  if (framing) return readStream(dialect, framing, excerpt, asked);
  const head = excerpt.head();
  const whole = ending === "complete" && excerpt.covers(excerpt.tailBytes);
  return readText(dialect, { text: excerpt.tail(), head, whole }, contentType, asked);
}

/** A reading with the usage that the answer's headers state, where its body states none. Pure. */
export function withUsageOfHeaders(
  dialect: Dialect,
  reading: Reading,
  headers: Pick<Headers, "get"> | undefined,
): Reading {
  if (reading.usageSource === "reported" || !dialect.usageOfHeaders || !headers) return reading;
  const usage = dialect.usageOfHeaders(headers);
  if (!usage || Object.keys(usage).length === 0) return reading;
  return { ...reading, usage: { ...reading.usage, ...usage }, usageSource: "reported" };
}

const FRAMINGS = [serverSentEvents, jsonLines];

/**
 * How a body is cut into events; undefined for one answer. The content type says it, or the body's first bytes, or,
 * where a dialect's streams look like one answer at first, the request.
 */
export function framingOf(
  dialect: Dialect,
  contentType: string,
  readHead: () => string,
  asked: Asked,
): Framing | undefined {
  const own = dialect.stream?.framing;
  if (own?.announcedBy(contentType) === true) return own;
  const announced = FRAMINGS.find((framing) => framing.announcedBy(contentType));
  if (announced) return announced;
  if (!dialect.stream) return undefined;
  const head = readHead();
  if (own?.begins(head) === true) return own;
  if (serverSentEvents.begins(head)) return serverSentEvents;
  return asked.streamed === true && own !== undefined && !contentType.startsWith("text/html") ? own : undefined;
}

/** Reads an answer that is parsed. */
export function readAnswer(dialect: Dialect, parsedAnswer: unknown, asked: Asked): Reading {
  // Some servers answer one request with a list of one answer.
  const answer: unknown =
    Array.isArray(parsedAnswer) && parsedAnswer.length === 1 ? (parsedAnswer as unknown[])[0] : parsedAnswer;
  if (!isObject(answer)) return { ...NOTHING, finished: true };
  const statement = dialect.says(opened(answer, dialect.usageKey), asked);
  const { model, usage, adds, askedFor, ofChoices = [], rawUsage, status, jobId, jobAlias, isError } = statement;
  const stated = usage ?? usageOfChoices(ofChoices.map((choice) => choice.usage));
  const { usage: whole, others } = wholeUsage(adds ? { ...adds, ...stated } : stated, statement);
  const assumed = isError === true ? undefined : askedFor;
  return {
    usage: whole ?? assumed,
    ...(others && { others }),
    usageSource: whole ? "reported" : assumed ? "estimated" : "missing",
    rawUsage: rawUsage ?? ofChoices[0]?.raw,
    respondedModel: model,
    status,
    jobId,
    jobAlias,
    begun: dialect.mayOmitInput === true && whole === undefined,
    finished: true,
    error: isError === true ? "provider_error" : undefined,
  };
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
function readText(dialect: Dialect, { text, head, whole }: AnswerText, contentType: string, asked: Asked): Reading {
  if (contentType.startsWith("text/html"))
    return { ...NOTHING, finished: whole, error: whole ? "malformed" : undefined };
  if (!contentType.includes("json") && !head.startsWith("{")) return { ...NOTHING, finished: whole };
  const found = lastObject(text, dialect.usageKey, 1, (object) => dialect.usage(object, asked));
  // Usage ends a job, so that its state need not be known where the answer is too long to be kept.
  const needsAll = dialect.stateful === true || MAY_SAY_ERROR.test(text) || dialect.alsoReads?.test(text) === true;
  if (found && !(whole && needsAll)) {
    const usage = dialect.usageOfText ? { ...dialect.usageOfText(text), ...found.meaning } : found.meaning;
    return {
      ...NOTHING,
      ...wholeUsage(usage, dialect.says({ [dialect.usageKey]: found.object }, asked)),
      usageSource: "reported",
      rawUsage: found.object,
      respondedModel: modelIn(head, dialect) ?? modelIn(text, dialect),
      finished: true,
    };
  }
  if (!whole) return readEnd(dialect, text, head);
  const answer = parsed(text);
  if (answer !== undefined) return readAnswer(dialect, answer, asked);
  return { ...NOTHING, finished: true, error: contentType.includes("json") ? "malformed" : undefined };
}

/** What is kept of an answer that has no usage object. */
function readEnd(dialect: Dialect, text: string, head: string): Reading {
  const usage = dialect.usageOfEnd?.(text);
  const respondedModel = modelIn(head, dialect);
  return { ...NOTHING, respondedModel, ...(usage && { usage, usageSource: "reported", finished: true }) };
}

/** The first model that a text names; an empty name names nothing. */
const modelIn = (text: string, { modelKey }: Dialect): string | undefined => firstString(text, modelKey) || undefined;
