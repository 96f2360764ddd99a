import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { DashboardHandler } from "../dashboard/handler.ts";
import type { MetricsHandler } from "../exporters/prometheus/scrape-handler.ts";
import { mayPass, TOKEN_HEADER } from "./access.ts";
import { clientErrorHandler } from "./client-error.ts";
import type { Gateway } from "./gateway.ts";
import { MOST_HEADER_BYTES } from "./headers.ts";
import { refuse, UNKNOWN_PATH, type Refusal } from "./refusal.ts";
import { isWebSocket } from "./upgrade.ts";

/** What the server answers itself, by path. */
export interface OwnRoutes {
  readonly metrics: MetricsHandler;
  readonly page: DashboardHandler;
  /** A page that estimates single requests; it knows nothing of the meter. */
  readonly calculator: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Receivers of other programs' records, by path. */
  readonly receivers: ReadonlyMap<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>;
  /** Whether requests are taken: false while the server drains. */
  readonly ready: () => boolean;
}

/** Puts the gateway, the receivers, the metrics and the live page behind one port. */
export function createFootprintServer(gateway: Gateway, own: OwnRoutes): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0]!;
    const receive = own.receivers.get(path);
    const upstream = gateway.upstreamOf(path);
    if (path === "/healthz") plain(response, 200, "ok");
    else if (path === "/readyz") plain(response, own.ready() ? 200 : 503, own.ready() ? "ready" : "draining");
    else if (path === "/metrics") await own.metrics(request, response);
    else if (path === "/calculator") await own.calculator(request, response);
    else if (receive && !mayPass(gateway.settings.token, request.headers))
      plain(response, 401, `expected the token in ${TOKEN_HEADER}`);
    else if (receive) await receive(request, response);
    else if (upstream) await gateway.handle(request, response, upstream);
    else if (request.method === "GET" || request.method === "HEAD") await own.page(request, response);
    else refuse(response, undefined, UNKNOWN_PATH);
  };
  const options = { maxHeaderSize: MOST_HEADER_BYTES, requireHostHeader: true, shouldUpgradeCallback: isWebSocket };
  const server = createServer(options, (request, response) => {
    response.on("error", ignore);
    request.on("error", ignore);
    request.url = originForm(request.url ?? "/");
    answer(request, response).catch(() => response.destroy());
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    // Nobody reads the body that may follow.
    response.shouldKeepAlive = false;
    refuse(response, gateway.familyOf(request.method ?? "GET", originForm(request.url ?? "/")), UNKNOWN_EXPECTATION);
  });
  server.on(
    "clientError",
    clientErrorHandler(server, (method, path) => gateway.familyOf(method, path)),
  );
  // Answers may stream for as long as they like; a head must come soon.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 75_000;
  return server;
}

const UNKNOWN_EXPECTATION: Refusal = {
  status: 417,
  message: "llm-footprint: expected no expectation but 100-continue",
};

/** Clients of proxies send the whole address (RFC 9112 §3.2.2). */
const originForm = (url: string): string =>
  url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*(?=[/?])/i, "");

/** What goes wrong with a connection ends what is done on it, which whoever does it sees. */
const ignore = (): void => undefined;

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
