import type { IncomingHttpHeaders, ServerResponse } from "node:http";

import type { Outlet } from "../exporters/disclosure/disclosing-answer.ts";
import { trailersDown, withoutHeaders } from "./headers.ts";

/** The head of an upstream's answer, as it goes down. */
export interface RelayedHead {
  readonly status: number;
  readonly statusText: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** Sends a relayed answer to the client of a request. */
export class ClientOutlet implements Outlet {
  readonly #response: ServerResponse;
  readonly #head: RelayedHead;
  /** By their names in lower case; set before the end. */
  trailers: IncomingHttpHeaders = {};
  #hasBegun = false;

  constructor(response: ServerResponse, head: RelayedHead) {
    this.#response = response;
    this.#head = head;
  }

  head(added: readonly string[], changesLength: boolean): void {
    const { status, statusText, headers } = this.#head;
    const own = changesLength ? withoutHeaders(headers, (name) => name === "content-length") : headers;
    this.#response.writeHead(status, statusText, added.length === 0 ? (own as string[]) : [...own, ...added]);
    // The first chunk of a stream may be long in coming; one that came together with the head goes in one write with it.
    process.nextTick(() => {
      if (!this.#hasBegun) this.#response.flushHeaders();
    });
  }

  write(bytes: Buffer, done?: () => void): boolean {
    this.#hasBegun = true;
    return this.#response.write(bytes, done);
  }

  end(bytes?: Buffer): void {
    this.#hasBegun = true;
    const trailers = trailersDown(this.trailers);
    if (trailers.length > 0 && this.#response.chunkedEncoding) this.#response.addTrailers(trailers);
    this.#response.end(bytes);
  }
}
