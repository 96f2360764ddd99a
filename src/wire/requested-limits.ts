import { bytesOf } from "./bytes-of.ts";
import { firstString, isObject, lastObject, parsed, type JsonObject } from "./json.ts";
import type { RequestedVideos } from "./requested-videos.ts";

/** What a request asks for; as undefined as its body is unreadable. */
export interface RequestedLimits {
  readonly model: string | undefined;
  /** The most tokens that the answer may have. */
  readonly maximumOutputTokens: number | undefined;
  /** Whether the answer is to come as a stream. */
  readonly streamed: boolean | undefined;
  /** Whether the provider is to work on it in the background. */
  readonly background: boolean | undefined;
  /** How hard the model is to think, as the provider words it, in lower case: `low`, `high`. */
  readonly reasoningEffort?: string | undefined;
  /** Of a request for videos: how many, how long, how large. */
  readonly videos?: RequestedVideos | undefined;
  /** False where it says that no model is to run, as an empty prompt that only loads one. @default true */
  readonly isInference?: boolean | undefined;
}

export const NO_LIMITS: RequestedLimits = {
  model: undefined,
  maximumOutputTokens: undefined,
  streamed: undefined,
  background: undefined,
};

/** A level of effort as a request states it; undefined for anything but a short word, since factors are kept by it. */
export const effortOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[a-z_-]{1,16}$/i.test(value) ? value.toLowerCase() : undefined;

/** How the request bodies of one API family are read and rewritten. */
export interface RequestReader {
  /** What a body asks for. */
  limits(body: JsonObject, operation?: string): RequestedLimits;
  /** The key of an object of settings near the end of a body, behind what makes it long, such as an image. */
  readonly settingsKey?: string | undefined;
  /** The body, asking for another model or a shorter answer. */
  rewritten(body: JsonObject, operation: string, instead: Partial<RequestedLimits>): JsonObject;
}

/** Request bodies up to this length are parsed for what they ask for; longer ones are searched for the model only. */
const PARSED_LENGTH = 64 * 1024;

/** What a request for a video says of it may stand behind an image; such requests are few. */
const PARSED_LENGTH_OF_VIDEOS = 32 * 1024 * 1024;

/** @param body as the SDK or the application gives it: an object, JSON as text or bytes, or a form */
export function requestedLimits(family: RequestReader, body: unknown, operation?: string): RequestedLimits {
  // Nearly always what an SDK's client gives.
  if (isObject(body) && Object.getPrototypeOf(body) === Object.prototype) return family.limits(body, operation);
  const reader: LimitReader = {
    settingsKey: family.settingsKey,
    limits: (object: JsonObject) => family.limits(object, operation),
    ...(operation === "videos" && { parsedLength: PARSED_LENGTH_OF_VIDEOS }),
  };
  if (typeof body === "string") return ofText(reader, body);
  if (isForm(body)) return ofForm(reader, body);
  const bytes = bytesOf(body);
  if (bytes) return ofBytes(reader, bytes);
  return isObject(body) && isPlain(body) ? reader.limits(body) : NO_LIMITS;
}

export interface LimitReader extends Pick<RequestReader, "limits" | "settingsKey"> {
  /** Up to which length a text is parsed. @default 64 KiB */
  readonly parsedLength?: number;
}

/** A form of the platform's, or of a package that stands in for it. */
export const isForm = (body: unknown): body is FormData | URLSearchParams =>
  body instanceof FormData ||
  body instanceof URLSearchParams ||
  (isObject(body) && body[Symbol.toStringTag as never] === "FormData" && Symbol.iterator in body);

/** A stream or a blob has no field of a request. */
const isPlain = (body: object): boolean => !(body instanceof ReadableStream) && !(body instanceof Blob);

function ofText(reader: LimitReader, body: string): RequestedLimits {
  if (body.length > (reader.parsedLength ?? PARSED_LENGTH)) return limitsInBeginning(reader, body);
  const object = parsed(body);
  return isObject(object) ? reader.limits(object) : NO_LIMITS;
}

/**
 * What a text asks for that is too long to be parsed, or is only the beginning of one: found by searching. The limits of
 * its answer, which may stand deeper, are not looked for.
 */
export function limitsInBeginning(reader: LimitReader, body: string): RequestedLimits {
  const stream = /"stream"\s*:\s*(true|false)/.exec(body)?.[1];
  const { settingsKey } = reader;
  const settings = settingsKey && lastObject(body, settingsKey, 1, (object) => object)?.object;
  const { model, streamed, videos } = reader.limits({
    model: firstString(body, "model"),
    ...(stream !== undefined && { stream: stream === "true" }),
    ...(settingsKey !== undefined && settings && { [settingsKey]: settings }),
  });
  return { ...NO_LIMITS, model, streamed, ...(settings && { videos }) };
}

function ofBytes(reader: LimitReader, body: Uint8Array): RequestedLimits {
  return ofText(reader, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
}

function ofForm(reader: LimitReader, form: FormData | URLSearchParams): RequestedLimits {
  const fields = [...form].filter((field): field is [string, string] => typeof field[1] === "string");
  const object = Object.fromEntries(fields);
  return { ...reader.limits(object), streamed: object["stream"] === "true" ? true : undefined };
}

/** The JSON text of a request that asks for something else instead; the text as it is where it is not a JSON object. */
export function rewriteRequest(
  reader: RequestReader,
  body: string,
  operation: string,
  instead: Partial<RequestedLimits>,
): string {
  const object = parsed(body);
  return isObject(object) ? JSON.stringify(reader.rewritten(object, operation, instead)) : body;
}
