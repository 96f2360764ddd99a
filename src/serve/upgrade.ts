import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { pipeline, type Duplex, type Writable } from "node:stream";
import type { Dispatcher } from "undici";
import * as ws from "ws";

import { mayPass } from "./access.ts";
import type { Gateway } from "./gateway.ts";
import { headersUp, withoutHeaders } from "./headers.ts";
import type { SocketMeter } from "./socket-meter.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Passes WebSockets on: bytes both ways, untouched. What the upstream says is read beside them for the usage that some
 * APIs state per turn. Compression is not offered to the upstream, so that it can be read.
 */
export function upgrader(gateway: Gateway, dispatcher: Dispatcher, meterOf: (socket: OpenedSocket) => SocketMeter) {
  return (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    client.on("error", () => client.destroy());
    // Before Node.js 22.21 a server cannot say which upgrades it takes.
    if (!isWebSocket(request)) return end(client, 400, "Bad Request");
    const path = (request.url ?? "/").split("?", 1)[0]!;
    const upstream = gateway.upstreamOf(path);
    if (!upstream) return end(client, 404, "Not Found");
    if (!mayPass(gateway.settings.token, request.headers)) return end(client, 401, "Unauthorized");
    const target = upstream.pathOf((request.url ?? "/").slice(upstream.name.length + 1));
    dispatcher.dispatch(
      {
        origin: upstream.origin,
        path: target,
        method: "GET",
        upgrade: request.headers.upgrade ?? "websocket",
        headers: withoutCompression(headersUp(request.rawHeaders, request.headers)),
      },
      new UpgradeHandler(client, head, () => meterOf({ upstream, path: target, headers: request.headers })),
    );
  };
}

/**
 * Whether a request is to become a WebSocket. Other protocols that a client would rather speak, such as HTTP/2 (`h2c`,
 * which Java's client asks for by default), are passed over, and the request is one like any other (RFC 9110 §7.8).
 */
export const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === "GET" && headers.upgrade?.toLowerCase() === "websocket";

/** Reads the frames of a socket; exported by `ws`, and missing from its types. */
const { Receiver } = ws as unknown as {
  readonly Receiver: new (options: { isServer: boolean; maxPayload: number }) => Writable;
};

/** A socket that was opened through the gateway. */
export interface OpenedSocket {
  readonly upstream: Upstream;
  /** The path and query at the upstream. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

class UpgradeHandler implements Dispatcher.DispatchHandler {
  readonly #client: Duplex;
  readonly #head: Buffer;
  readonly #meter: () => SocketMeter;

  constructor(client: Duplex, head: Buffer, meter: () => SocketMeter) {
    this.#client = client;
    this.#head = head;
    this.#meter = meter;
  }

  /** Nothing to do: the dispatcher knows its handlers by this method. */
  onRequestStart(): void {
    return;
  }

  onRequestUpgrade(_controller: unknown, status: number, headers: IncomingHttpHeaders, upstream: Duplex): void {
    const client = this.#client;
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? ""]).map((one) => `${name}: ${one}`),
    );
    client.write(`HTTP/1.1 ${status} Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
    if (this.#head.byteLength > 0) upstream.write(this.#head);
    const meter = this.#meter();
    const receiver = new Receiver({ isServer: false, maxPayload: MOST_MESSAGE_BYTES });
    receiver.on("message", (data: Buffer) => meter.message(data));
    // A message that cannot be read is not ours to judge: it goes on as it is.
    receiver.on("error", () => undefined);
    upstream.on("data", (chunk: Buffer) => {
      if (!receiver.destroyed && receiver.writable) receiver.write(chunk);
    });
    // Each side ends the other; what went wrong on one is not an error of the gateway.
    pipeline(client, upstream, () => undefined);
    pipeline(upstream, client, () => {
      receiver.destroy();
      meter.closed();
    });
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    end(this.#client, status, "Refused by the upstream");
    controller.abort(new Error("not upgraded"));
  }

  onResponseError(): void {
    if (!this.#client.destroyed) end(this.#client, 502, "Bad Gateway");
  }
}

/** A message longer than this carries media, not usage. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;

const withoutCompression = (headers: readonly string[]): string[] =>
  withoutHeaders(headers, (name) => name === "sec-websocket-extensions");

function end(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
