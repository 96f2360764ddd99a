import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";

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
 * @param countError called when a scrape fails; the answer is then a 500 without details
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
    } catch (error) {
      if (isGone(error)) return;
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
  const zipped = acceptsGzip(request);
  response.writeHead(200, {
    "Content-Type": CONTENT_TYPES[format],
    Vary: "Accept, Accept-Encoding",
    ...(zipped && { "Content-Encoding": "gzip" }),
  });
  if (request.method !== "GET") {
    response.end();
    return;
  }
  const pieces = inSlices(exposition(metrics, format));
  if (zipped) await pipeline(pieces, createGzip(FAST), response);
  else await pipeline(pieces, response);
}

/** Labels repeat so much that the fastest level, `Z_BEST_SPEED`, takes the text to a twentieth. */
const FAST = { level: 1 };

/** A scraper that leaves in the middle of its answer is not an error of the meter. */
const isGone = (error: unknown): boolean =>
  ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");

/** How long the pieces of a scrape are made before the application's own work gets its turn. */
const SLICE_MILLISECONDS = 4;

async function* inSlices(pieces: Iterable<string>): AsyncGenerator<string> {
  let sliceEnds = performance.now() + SLICE_MILLISECONDS;
  for (const piece of pieces) {
    yield piece;
    if (performance.now() < sliceEnds) continue;
    await setImmediate();
    sliceEnds = performance.now() + SLICE_MILLISECONDS;
  }
}

/** Prometheus and compatible scrapers accept it; a proxy that does not says so with `identity` or no header at all. */
const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(headers["accept-encoding"] ?? "");

async function writeRegistry(
  registry: PrometheusRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await registry.metrics();
  const zipped = acceptsGzip(request);
  const body = zipped ? await promisify(gzip)(text, FAST) : Buffer.from(text);
  response.writeHead(200, {
    "Content-Type": registry.contentType,
    "Content-Length": body.byteLength,
    Vary: "Accept-Encoding",
    ...(zipped && { "Content-Encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Where the answer has begun, a scraper must see that it is cut off rather than take it for complete. */
function giveUp(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end("metrics unavailable\n");
}
