import type { IncomingMessage, ServerResponse } from "node:http";

import { textAnswer, type Answer } from "./answer.ts";

/** Pages that may listen at the same time, altogether and, where anyone may, from one address. */
const MAX_LISTENERS = 50;
const MAX_LISTENERS_OF_ADDRESS = 10;
const HEARTBEAT_SECONDS = 15;

const STREAM_HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
};

/**
 * Sends a changing text to every page that listens, as server-sent events: at once, and then at most once
 * per `intervalSeconds` after `changed()`. Nothing runs while nobody listens.
 */
export class LiveEvents {
  readonly #intervalSeconds: number;
  readonly #compose: () => string;
  /** By the address that it came from. */
  readonly #listeners = new Map<ServerResponse, string>();
  #heartbeat: NodeJS.Timeout | undefined;
  #pending: NodeJS.Timeout | undefined;

  /** @param compose the text to send; called only when there is a listener */
  constructor(intervalSeconds: number, compose: () => string) {
    this.#intervalSeconds = intervalSeconds;
    this.#compose = compose;
  }

  /** @param anonymous whether anyone may listen, who must then leave room for others */
  answerTo({ method, socket: { remoteAddress = "" } }: IncomingMessage, anonymous: boolean): Answer {
    if (method === "HEAD") return (response) => void response.writeHead(200, STREAM_HEADERS).end();
    if (this.#listeners.size >= MAX_LISTENERS) return textAnswer(503, "Too many pages are open.");
    const fromHere = [...this.#listeners.values()].filter((address) => address === remoteAddress).length;
    if (anonymous && fromHere >= MAX_LISTENERS_OF_ADDRESS) {
      return textAnswer(429, "Too many pages are open from this address.");
    }
    return (response) => this.#listen(response, remoteAddress);
  }

  #listen(response: ServerResponse, address: string): void {
    response.writeHead(200, STREAM_HEADERS);
    this.#listeners.set(response, address);
    response.on("close", () => this.#forget(response));
    this.#heartbeat ??= setInterval(() => this.#send(":\n\n"), HEARTBEAT_SECONDS * 1000).unref();
    response.write(event(this.#compose()));
  }

  changed(): void {
    if (this.#listeners.size === 0) return;
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#send(event(this.#compose()));
    }, this.#intervalSeconds * 1000).unref();
  }

  close(): void {
    for (const response of this.#listeners.keys()) response.end();
  }

  #send(text: string): void {
    for (const response of this.#listeners.keys()) {
      // A page that cannot keep up misses a state; the next one is complete again.
      if (!response.writableNeedDrain) response.write(text);
    }
  }

  #forget(response: ServerResponse): void {
    this.#listeners.delete(response);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#pending);
    this.#heartbeat = this.#pending = undefined;
  }
}

const event = (json: string): string => `event: snapshot\ndata: ${json}\n\n`;
