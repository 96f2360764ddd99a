import { bytesOf } from "../../wire/bytes-of.ts";
import { isForm } from "../../wire/requested-limits.ts";
import { requestIn } from "./given-request.ts";

/** Longer bodies are read to here: what a request asks for stands near its beginning or is searched for. */
const MOST_BYTES = 1024 * 1024;

/** A body that its application is still making must not hold the request up. */
const LONGEST_WAIT_MILLISECONDS = 100;

/** What a request sends, as far as it can be looked into: text, bytes or a form; undefined for what cannot. */
export type OutgoingBody = string | Uint8Array | FormData | URLSearchParams | undefined;

/**
 * The body of a request that is about to be sent, without taking anything from it: of a `Request` or a `Blob` a copy is
 * read, which is the only case that takes a promise. A stream that the application hands over is not looked into.
 */
export function outgoingBody(
  input: string | URL | Request,
  init: RequestInit | undefined,
): OutgoingBody | Promise<OutgoingBody> {
  const body: unknown = init?.body ?? undefined;
  const request = requestIn(input);
  if (body === undefined) return request?.body ? copyOf(request) : undefined;
  if (typeof body === "string" || isForm(body)) return body;
  if (body instanceof Blob) return firstBytes(body.stream());
  return bytesOf(body);
}

/** The size of a body in bytes, or in characters of text, where that says something of its tokens. */
export const sizeOf = (body: OutgoingBody): number | undefined =>
  typeof body === "string" || body instanceof Uint8Array ? body.length : undefined;

async function copyOf(request: Request): Promise<OutgoingBody> {
  if (request.bodyUsed) return undefined;
  const type = request.headers.get("content-type") ?? "";
  // Requests of node-fetch have bytes, or a Node stream, of which a copy would have to be read to its end.
  const { body } = request;
  const bytes = body && "getReader" in body ? await firstBytes(request.clone().body!) : bytesOf(body);
  if (!bytes || !/^(?:multipart\/form-data|application\/x-www-form-urlencoded)/i.test(type)) return bytes;
  const copy = new Response(Buffer.from(bytes), { headers: { "content-type": type } });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- meant for servers: this form is the application's own, and short
  return copy.formData().catch(() => undefined);
}

/** A stream's bytes to its end or to the most that is read of one; undefined where they do not come soon. */
async function firstBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), LONGEST_WAIT_MILLISECONDS);
  });
  try {
    while (size < MOST_BYTES) {
      const read = await Promise.race([reader.read(), late]);
      if (read === "late") return undefined;
      if (read.done) break;
      chunks.push(read.value);
      size += read.value.length;
    }
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => undefined);
  }
}
