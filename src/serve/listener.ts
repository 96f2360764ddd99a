import { once } from "node:events";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { Agent } from "undici";

import type { Requests } from "../requests/requests.ts";
import type { Gateway } from "./gateway.ts";
import { createFootprintServer, type OwnRoutes } from "./server.ts";
import { socketMeter } from "./socket-meter.ts";
import { upgrader } from "./upgrade.ts";

/** How soon a connection whose last answer has ended is closed while the server drains. */
const IDLE_SWEEP_MILLISECONDS = 20;

/** Connections that may wait until they are accepted; the system may allow fewer. */
const MOST_WAITING = 4096;

/** An address and a port, or the path of a socket that only processes of this machine can open. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A server that listens. */
export interface Listener {
  /** Undefined for one that listens on a path. */
  readonly port: number | undefined;
  /** Takes no more requests and lets those under way end. @param patienceMilliseconds after which they are cut off */
  drain(patienceMilliseconds: number): Promise<void>;
}

/**
 * Opens a server with the gateway and its WebSockets.
 *
 * @throws Error when the address cannot be listened on
 */
export async function openListener(
  gateway: Gateway,
  requests: Requests,
  own: Omit<OwnRoutes, "ready">,
  address: ListenAddress,
): Promise<Listener> {
  let draining = false;
  const server = createFootprintServer(gateway, { ...own, ready: () => !draining });
  // A WebSocket begins with HTTP/1.1.
  const dispatcher = new Agent({ allowH2: false });
  const sockets = relaySockets(server, gateway, requests, dispatcher);
  server.listen({ ...address, backlog: MOST_WAITING });
  await once(server, "listening");
  const listening = server.address();
  return {
    port: listening !== null && typeof listening === "object" ? listening.port : undefined,
    async drain(patienceMilliseconds) {
      draining = true;
      own.page.close();
      const closed = once(server, "close");
      server.close();
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MILLISECONDS);
      const cut = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }, patienceMilliseconds);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
      await dispatcher.destroy();
    },
  };
}

/** @returns the sockets that are open */
function relaySockets(server: Server, gateway: Gateway, requests: Requests, dispatcher: Agent): ReadonlySet<Duplex> {
  const upgrade = upgrader(gateway, dispatcher, ({ upstream, path, headers }) => {
    const url = new URL(upstream.origin + path);
    return socketMeter(requests, upstream, url, gateway.settings.labelsOf(headers, path));
  });
  const sockets = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    upgrade(request, socket, head);
  });
  return sockets;
}
