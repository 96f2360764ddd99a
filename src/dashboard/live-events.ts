import type { ServerResponse } from "node:http";

/** Pages that may listen at the same time. */
const MAX_LISTENERS = 50;
const HEARTBEAT_SECONDS = 15;

/**
 * Sends a changing text to every page that listens, as server-sent events: at once, and then at most once
 * per `intervalSeconds` after `changed()`. Nothing runs while nobody listens.
 */
export class LiveEvents {
  readonly #intervalSeconds: number;
  readonly #compose: () => string;
  readonly #listeners = new Set<ServerResponse>();
  #heartbeat: NodeJS.Timeout | undefined;
  #pending: NodeJS.Timeout | undefined;

  /** @param compose the text to send; called only when there is a listener */
  constructor(intervalSeconds: number, compose: () => string) {
    this.#intervalSeconds = intervalSeconds;
    this.#compose = compose;
  }

  listen(response: ServerResponse): void {
    if (this.#listeners.size >= MAX_LISTENERS) {
      response.writeHead(503, { "Content-Type": "text/plain; charset=utf-8" }).end("too many pages are open\n");
      return;
    }
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    this.#listeners.add(response);
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
    for (const response of this.#listeners) response.end();
  }

  #send(text: string): void {
    for (const response of this.#listeners) {
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
