import { ServerResponse, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { pipeline, type Duplex, type Writable } from "node:stream";
import type { Dispatcher } from "undici";
import * as ws from "ws";

import { mayPass, TOKEN_EXPECTED } from "./access.ts";
import type { Gateway } from "./gateway.ts";
import { headersDown, headersUp, withoutHeaders } from "./headers.ts";
import { FOLDER_LEFT, leavesFolder } from "./left-folder.ts";
import { rawPhrase, rawTexts, type Headers } from "./raw-head.ts";
import { refuse, UNKNOWN_PATH, type Refusal } from "./refusal.ts";
import type { SocketMeter } from "./socket-meter.ts";
import { unreached } from "./unreached.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Passes WebSockets on: bytes both ways, untouched. What the upstream says is read beside them for the usage that some
 * APIs state per turn. Compression is not offered to the upstream, so that it can be read.
 */
export function upgrader(gateway: Gateway, dispatcher: Dispatcher, meterOf: (socket: OpenedSocket) => SocketMeter) {
  return (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    client.on("error", () => client.destroy());
    const response = responseOn(request);
    const refused = (refusal: Refusal): void => refuse(response, undefined, refusal);
    // Before Node.js 22.21 a server cannot say which upgrades it takes.
    if (!isWebSocket(request)) return refused(NO_WEBSOCKET);
    const path = (request.url ?? "/").split("?", 1)[0]!;
    const upstream = gateway.upstreamOf(path);
    if (!upstream) return refused(UNKNOWN_PATH);
    if (!mayPass(gateway.settings.token, request.headers)) return refused(TOKEN_EXPECTED);
    const target = upstream.pathOf((request.url ?? "/").slice(upstream.name.length + 1));
    if (leavesFolder(target)) return refused(FOLDER_LEFT);
    dispatcher.dispatch(
      {
        origin: upstream.origin,
        path: target,
        method: "GET",
        upgrade: request.headers.upgrade ?? "websocket",
        headers: withoutCompression(headersUp(request.rawHeaders, request.headers)),
      },
      new UpgradeHandler({
        ...{ client, head, response, upstream },
        meter: () => meterOf({ upstream, path: target, headers: request.headers }),
      }),
    );
  };
}

const NO_WEBSOCKET: Refusal = { status: 400, message: "llm-footprint: expected an upgrade to websocket" };

/** For an answer instead of the upgrade, after which the connection is closed. */
function responseOn(request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.on("error", () => undefined).once("finish", () => request.socket.end());
  return response;
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

interface Upgrade {
  readonly client: Duplex;
  /** What the client has sent behind its request. */
  readonly head: Buffer;
  /** For an answer instead of the upgrade. */
  readonly response: ServerResponse;
  readonly upstream: Upstream;
  readonly meter: () => SocketMeter;
}

class UpgradeHandler implements Dispatcher.DispatchHandler {
  readonly #upgrade: Upgrade;

  constructor(upgrade: Upgrade) {
    this.#upgrade = upgrade;
  }

  /** Nothing to do: the dispatcher knows its handlers by this method. */
  onRequestStart(): void {
    return;
  }

  onRequestUpgrade(_controller: unknown, status: number, headers: IncomingHttpHeaders, upstream: Duplex): void {
    const { client, head, response } = this.#upgrade;
    response.detachSocket(response.req.socket);
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? ""]).map((one) => `${name}: ${one}`),
    );
    client.write(`HTTP/1.1 ${status} Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
    if (head.byteLength > 0) upstream.write(head);
    const meter = this.#upgrade.meter();
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

  /** The upstream refuses: its answer goes down as it is. */
  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
    statusText?: string,
  ): void {
    if (status < 200) return;
    const { response } = this.#upgrade;
    response.once("close", () => controller.abort(new Error("the client left")));
    response.writeHead(status, rawPhrase(statusText), headersDown(rawTexts(controller.rawHeaders), headers, false));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { client, response } = this.#upgrade;
    if (response.write(chunk)) return;
    controller.pause();
    // The server has let go of the socket, so that the response does not hear of it.
    client.once("drain", () => controller.resume());
  }

  onResponseEnd(): void {
    this.#upgrade.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { response, upstream } = this.#upgrade;
    refuse(response, undefined, unreached(error, upstream));
  }
}

/** A message longer than this carries media, not usage. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;

const withoutCompression = (headers: readonly string[]): string[] =>
  withoutHeaders(headers, (name) => name === "sec-websocket-extensions");
