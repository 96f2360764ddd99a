import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** What a server did about one request. */
export interface Delivery {
  chunksSent: number;
  /** The client closed the connection before all was sent. */
  left: boolean;
}

export interface ByteServer extends AsyncDisposable {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
}

export interface Answer {
  readonly chunks: Iterable<Uint8Array | string>;
  /** Nothing more is sent after so many, until the client leaves. */
  readonly holdAfter?: number;
  /** The connection is cut after so many. */
  readonly cutAfter?: number;
  readonly contentType?: string;
}

/** Answers every request alike, chunk by chunk as fast as the client takes them, and counts. */
export async function serveBytes({ chunks, holdAfter, cutAfter, contentType }: Answer): Promise<ByteServer> {
  const deliveries: Delivery[] = [];

  async function send(response: ServerResponse, delivery: Delivery) {
    const left = once(response, "close");
    response.once("close", () => (delivery.left = !response.writableFinished));
    response.writeHead(200, { "content-type": contentType ?? "application/octet-stream" });
    response.flushHeaders();
    for (const chunk of chunks) {
      if (delivery.chunksSent === holdAfter) return;
      if (delivery.chunksSent === cutAfter) {
        await turn();
        return response.destroy();
      }
      delivery.chunksSent++;
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), left]);
      if (response.closed) return;
    }
    return response.end();
  }

  const server = createServer((_, response) => {
    const delivery = { chunksSent: 0, left: false };
    deliveries.push(delivery);
    void send(response, delivery);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Resolves once the server has noticed that its client left; fails by the test's time limit. */
export async function clientLeft({ deliveries }: ByteServer): Promise<void> {
  while (!deliveries.every(({ left }) => left)) await turn();
}
