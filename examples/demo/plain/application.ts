import type { RequestListener } from "node:http";
import type { Meter } from "llm-footprint";

import type { Feature } from "../feature.ts";
import { serveFeature } from "../serve-feature.ts";

/** The demo's application on `node:http`. */
export function createApplication(meter: Meter, features: readonly Feature[]): RequestListener {
  const metrics = meter.metricsHandler();
  const page = meter.dashboard();
  const byPath = new Map(features.map((feature) => [`/${feature.team}/${feature.name}`, feature]));
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://demo");
    const feature = request.method === "POST" ? byPath.get(pathname) : undefined;
    if (feature) void serveFeature(meter, feature, searchParams, response);
    else if (pathname === "/metrics") void metrics(request, response);
    else void page(request, response);
  };
}
