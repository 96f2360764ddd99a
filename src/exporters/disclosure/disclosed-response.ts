import type { OutgoingHttpHeader, ServerResponse } from "node:http";

import { disclosingAnswer, PlainAnswer, type Outlet, type Relay } from "./disclosing-answer.ts";

type WriteHead = readonly [status: number, ...more: unknown[]];
type Done = (error?: Error | null) => void;

/**
 * Lets a response say what it took: a comment goes into an event stream as it is written; the head of a JSON answer waits
 * for its end. Whatever else is written goes on as it is.
 *
 * @param disclose what the answer took, once it is ending; undefined where there is nothing to say
 */
export function discloseIn(response: ServerResponse, disclose: () => string | undefined): void {
  const own = {
    writeHead: response.writeHead.bind(response) as (...head: WriteHead) => ServerResponse,
    flushHeaders: response.flushHeaders.bind(response),
    write: response.write.bind(response) as (...given: unknown[]) => boolean,
    end: response.end.bind(response) as (...given: unknown[]) => ServerResponse,
  };
  let heldHead: WriteHead | undefined;
  let relay: Relay | undefined;
  const outlet: Outlet = {
    head(added) {
      for (let index = 0; index + 1 < added.length; index += 2) response.setHeader(added[index]!, added[index + 1]!);
      if (heldHead) own.writeHead(...heldHead);
      heldHead = undefined;
    },
    write: (bytes, done) => own.write(bytes, done),
    end: (bytes) => (bytes === undefined ? own.end() : own.end(bytes)),
  };
  const begin = (): Relay => {
    if (relay) return relay;
    const header = (name: string): string => headerOf(response, heldHead, name);
    const [contentType, contentEncoding] = [header("content-type"), header("content-encoding")];
    // Nothing can be added to a stream of a length that was announced.
    const isFixed = /^text\/event-stream\b/i.test(contentType) && header("content-length") !== "";
    relay =
      response.headersSent || isFixed
        ? new PlainAnswer(outlet)
        : disclosingAnswer(outlet, { contentType, contentEncoding }, disclose);
    relay.start();
    return relay;
  };

  response.writeHead = (...head: WriteHead): ServerResponse => {
    if (relay && !relay.isHeld) return own.writeHead(...head);
    heldHead = head;
    begin();
    return response;
  };
  response.flushHeaders = (): void => {
    // Whoever wants the head now is not kept waiting for it.
    begin().release();
    own.flushHeaders();
  };
  response.write = (chunk: unknown, ...more: unknown[]): boolean => {
    const relayed = begin();
    const bytes = bytesOf(chunk, more[0]);
    if (bytes === undefined) return own.write(chunk, ...more);
    const mayGoOn = relayed.chunk(bytes);
    const done = more.find((each): each is Done => typeof each === "function");
    if (done) process.nextTick(done);
    return mayGoOn;
  };
  response.end = (...given: unknown[]): ServerResponse => {
    const relayed = begin();
    const bytes = bytesOf(given[0], given[1]);
    const done = given.find((each): each is () => void => typeof each === "function");
    if (response.writableEnded) return own.end(...given);
    if (done) response.once("finish", done);
    if (bytes !== undefined) relayed.chunk(bytes);
    relayed.end();
    return response;
  };
}

/** @returns undefined for anything else than a chunk, of which Node is to complain */
function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === "string")
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  return chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined;
}

/** A header as it is set, or as it stands in what `writeHead` was given; empty where it is in neither. */
function headerOf(response: ServerResponse, head: WriteHead | undefined, name: string): string {
  const given: unknown = head?.findLast((each) => typeof each === "object" && each !== null);
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(given)
    ? given.flatMap((each: unknown, index): [unknown, unknown][] =>
        Array.isArray(each) ? [[each[0], each[1]]] : index % 2 === 0 ? [[each, given[index + 1]]] : [],
      )
    : Object.entries(given ?? {});
  const found = entries.findLast(([key]) => String(key).toLowerCase() === name)?.[1] as OutgoingHttpHeader | undefined;
  return String(found ?? response.getHeader(name) ?? "");
}
