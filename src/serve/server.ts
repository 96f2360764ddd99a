import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { DashboardHandler } from "../dashboard/handler.ts";
import type { MetricsHandler } from "../exporters/prometheus/scrape-handler.ts";
import { mayPass, TOKEN_HEADER } from "./access.ts";
import type { Gateway } from "./gateway.ts";

/** What the server answers itself, by path. */
export interface OwnRoutes {
  readonly metrics: MetricsHandler;
  readonly page: DashboardHandler;
  /** Receivers of other programs' records, by path. */
  readonly receivers: ReadonlyMap<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>;
  /** Whether requests are taken: false while the server drains. */
  readonly ready: () => boolean;
  readonly token: string | undefined;
}

/** Puts the gateway, the receivers, the metrics and the live page behind one port. */
export function createFootprintServer(gateway: Gateway, own: OwnRoutes): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0]!;
    if (path === "/healthz") return plain(response, 200, "ok");
    if (path === "/readyz") return own.ready() ? plain(response, 200, "ready") : plain(response, 503, "draining");
    if (path === "/metrics") return own.metrics(request, response);
    const receive = own.receivers.get(path);
    if (receive) {
      if (mayPass(own.token, request.headers)) return receive(request, response);
      return plain(response, 401, `expected the token in ${TOKEN_HEADER}`);
    }
    const upstream = gateway.upstreamOf(path);
    return upstream ? gateway.handle(request, response, upstream) : own.page(request, response);
  };
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, requireHostHeader: true }, (request, response) => {
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    answer(request, response).catch(() => response.destroy());
  });
  // Answers may stream for as long as they like; a head must come soon.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 75_000;
  return server;
}

const MOST_HEADER_BYTES = 64 * 1024;

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
