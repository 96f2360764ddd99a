import type { Exported } from "../../metrics/samples.ts";
import { CONTENT_TYPES, exposition } from "./exposition.ts";
import type { PrometheusRegistry } from "./registry.ts";

/** The whole exposition as text: of the application's registry, or of the meter's own metrics. */
export async function metricsText(
  source: PrometheusRegistry | readonly Exported[],
  format: keyof typeof CONTENT_TYPES = "text",
): Promise<string> {
  if (!isExported(source)) return source.metrics();
  return [...exposition(source, format)].join("");
}

/**
 * Answers a scrape where requests are the platform's own `Request`: Next.js, Hono, Bun, Deno.
 *
 * @returns a response in every case; a scrape that fails is a 500 without details
 */
export async function scrapeResponse(
  source: PrometheusRegistry | readonly Exported[],
  request: Request,
  countError: () => void,
): Promise<Response> {
  try {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    const format = formatFor(request.headers.get("accept"));
    const text = await metricsText(source, format);
    const contentType = isExported(source) ? CONTENT_TYPES[format] : source.contentType;
    return new Response(request.method === "HEAD" ? null : text, {
      headers: { "Content-Type": contentType, Vary: "Accept" },
    });
  } catch {
    countError();
    return new Response("metrics unavailable\n", { status: 500 });
  }
}

/** Prometheus asks for OpenMetrics by its media type; everything else gets the text format. */
export const formatFor = (accept: string | null | undefined): keyof typeof CONTENT_TYPES =>
  accept?.includes("application/openmetrics-text") === true ? "openmetrics" : "text";

export const isExported = (source: PrometheusRegistry | readonly Exported[]): source is readonly Exported[] =>
  Array.isArray(source);
