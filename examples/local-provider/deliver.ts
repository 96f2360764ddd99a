import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { constants, createGzip, gzipSync } from "node:zlib";

import type { Answer, ServerSentEvent } from "./exchange.ts";
import { withUsage, type Fault } from "./fault.ts";

const HOLD_LIMIT_MILLISECONDS = 2000;

/** How far an answer got. */
export interface Progress {
  /** Pieces of the body that were written to the connection. */
  chunksSent: number;
  /** The client closed the connection before the answer was complete. */
  clientLeft: boolean;
}

/** Sends an answer as the fault says and keeps count; resolves when it is sent, cut or left by the client. */
export async function deliver(answer: Answer, fault: Fault, response: ServerResponse, progress: Progress) {
  response.on("close", () => (progress.clientLeft = !response.writableFinished && response.errored === null));
  const left = new Promise((resolve) => response.once("close", resolve));
  if (fault.latencyMilliseconds)
    await Promise.race([pause(fault.latencyMilliseconds, undefined, { ref: false }), left]);
  if (response.closed) return;
  if (fault.drop === "before_headers") {
    response.destroy(new Error("dropped before the headers"));
    return;
  }
  if (fault.body !== undefined) {
    await sendBody(Buffer.from(fault.body), 200, fault.contentType ?? "application/json", fault, response, progress);
  } else if (answer.kind === "events") {
    const frames = framesOf(answer.events, answer.endsWithDone, fault);
    await sendFrames(frames, "text/event-stream; charset=utf-8", fault, response, progress);
  } else if (answer.kind === "lines") {
    const frames = itemsOf(answer.items, fault).map((item) => `${JSON.stringify(item)}\n`);
    await sendFrames(frames, "application/x-ndjson", fault, response, progress);
  } else if (answer.kind === "array") {
    const frames = itemsOf(answer.items, fault).map((item, index) => `${index === 0 ? "[" : ",\r\n"}${indented(item)}`);
    await sendFrames([...frames, "\n]"], "application/json; charset=UTF-8", fault, response, progress);
  } else if (answer.kind === "bytes") {
    await sendBody(answer.bytes, 200, answer.contentType, fault, response, progress);
  } else {
    const body = fault.usage === undefined ? answer.body : withUsage(answer.body, fault.usage);
    const bytes = Buffer.from(JSON.stringify(body));
    await sendBody(bytes, answer.status, "application/json", fault, response, progress);
  }
}

async function sendBody(
  body: Uint8Array,
  status: number,
  contentType: string,
  fault: Fault,
  response: ServerResponse,
  progress: Progress,
) {
  const encoded = fault.gzip ? gzipSync(body) : body;
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": encoded.byteLength,
    ...(fault.gzip && { "content-encoding": "gzip" }),
    ...retryAfter(fault),
  });
  const half = Math.ceil(encoded.byteLength / 2);
  const sizes = fault.writeBytes ?? (fault.drop === undefined ? [encoded.byteLength || 1] : [half]);
  await sendWrites(cut(encoded, sizes), fault, response, progress);
}

async function sendFrames(
  frames: readonly string[],
  contentType: string,
  fault: Fault,
  response: ServerResponse,
  progress: Progress,
) {
  response.writeHead(200, {
    "content-type": fault.contentType ?? contentType,
    "cache-control": "no-cache",
    ...(fault.gzip && { "content-encoding": "gzip" }),
  });
  response.flushHeaders();
  const perWrite = fault.eventsPerWrite ?? 1;
  const writes = fault.writeBytes
    ? cut(Buffer.from(frames.join("")), fault.writeBytes)
    : Array.from({ length: Math.ceil(frames.length / perWrite) }, (_, index) =>
        Buffer.from(frames.slice(index * perWrite, (index + 1) * perWrite).join("")),
      );
  await sendWrites(writes, fault, response, progress);
}

function framesOf(events: readonly ServerSentEvent[], endsWithDone: boolean, fault: Fault): string[] {
  const kept = events.slice(0, fault.errorEventAfter);
  const frames = kept.map(({ event, data }) => frameOf(event, JSON.stringify(changed(data, fault)), fault));
  if (fault.errorEventAfter !== undefined) {
    frames.push(frameOf("error", JSON.stringify({ error: SERVER_ERROR }), fault));
  } else if (endsWithDone && !fault.omitDone) {
    frames.push(frameOf(undefined, "[DONE]", fault));
  }
  return frames;
}

const SERVER_ERROR = { message: "The server had an error", type: "server_error", param: null, code: "server_error" };

/** The objects of a stream that is not a series of events. */
function itemsOf(items: readonly unknown[], fault: Fault): unknown[] {
  const kept = items.slice(0, fault.errorEventAfter).map((item) => changed(item, fault));
  return fault.errorEventAfter === undefined ? kept : [...kept, { error: SERVER_ERROR }];
}

const indented = (item: unknown): string => JSON.stringify(item, null, 2);

const changed = (data: unknown, fault: Fault): unknown =>
  fault.usage === undefined ? data : withUsage(data, fault.usage);

function frameOf(event: string | undefined, data: string, fault: Fault): string {
  const comment = fault.commentBytes ? [`:${"-".repeat(fault.commentBytes)}`] : [];
  const name = event === undefined ? [] : [`event: ${event}`];
  return [...comment, ...name, `data: ${data}`, "", ""].join(fault.lineEnd ?? "\n");
}

function cut(body: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < body.byteLength;) {
    const size = sizes[pieces.length % sizes.length]!;
    pieces.push(body.subarray(start, start + size));
    start += size;
  }
  return pieces;
}

async function sendWrites(writes: readonly Uint8Array[], fault: Fault, response: ServerResponse, progress: Progress) {
  const compress = fault.gzip && !response.hasHeader("content-length");
  const sink = compress ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : response;
  if (sink !== response) sink.pipe(response);
  const left = new Promise<true>((resolve) => response.once("close", () => resolve(true)));
  const dropAt = fault.drop === "mid_body" ? Math.ceil(writes.length / 2) : fault.drop;
  for (const write of writes) {
    await (fault.chunkIntervalMilliseconds ? pause(fault.chunkIntervalMilliseconds) : turn());
    if (response.closed) return;
    if (progress.chunksSent === dropAt) {
      response.destroy(new Error("dropped in the middle of the body"));
      return;
    }
    if (progress.chunksSent === fault.holdAfter) {
      if (await Promise.race([left, pause(HOLD_LIMIT_MILLISECONDS, false, { ref: false })])) return;
    }
    progress.chunksSent += 1;
    if (!sink.write(write)) await Promise.race([once(sink, "drain"), left]);
  }
  sink.end();
  await left;
}

function retryAfter({ retryAfterMilliseconds }: Fault) {
  if (retryAfterMilliseconds === undefined) return {};
  return {
    "retry-after-ms": String(retryAfterMilliseconds),
    "retry-after": String(Math.ceil(retryAfterMilliseconds / 1000)),
  };
}
