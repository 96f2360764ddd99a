import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { CONTENT_TYPES, exposition } from "./exposition.ts";
import type { PrometheusRegistry } from "./registry.ts";
import { formatFor, isExported } from "./scrape-response.ts";
import type { Exported } from "../../metrics/samples.ts";

/** Answers a scrape; for express as well as for plain `node:http`. The promise settles with the answer and never rejects. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * A handler for `GET /metrics`.
 *
 * @param source the application's registry, which is then written whole, or the meter's own metrics
 * @param countError called when a scrape fails; the answer then is a 500 that tells nothing
 */
export function metricsHandler(
  source: PrometheusRegistry | readonly Exported[],
  countError: () => void,
): MetricsHandler {
  return async (request, response) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { Allow: "GET, HEAD" }).end();
      } else if (isExported(source)) {
        await writeExposition(source, request, response);
      } else {
        await writeRegistry(source, request, response);
      }
    } catch {
      countError();
      giveUp(response);
    }
  };
}

async function writeExposition(
  metrics: readonly Exported[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = formatFor(request.headers.accept);
  response.writeHead(200, { "Content-Type": CONTENT_TYPES[format], Vary: "Accept" });
  if (request.method === "GET") {
    for (const piece of exposition(metrics, format)) {
      if (!response.write(piece)) await drained(response);
      if (response.destroyed) return;
    }
  }
  response.end();
}

/** Settles when the response takes more, or when the scraper has gone. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  await Promise.race([
    once(response, "drain", { signal: gone.signal }),
    once(response, "close", { signal: gone.signal }),
  ]).finally(() => gone.abort());
}

async function writeRegistry(
  registry: PrometheusRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { "Content-Type": registry.contentType, "Content-Length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** Where the answer has begun, a scraper must see that it is cut off rather than take it for whole. */
function giveUp(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end("metrics unavailable\n");
}
