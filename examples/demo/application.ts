import express, { type Express } from "express";
import type { Meter } from "llm-footprint";

import type { Feature } from "./feature.ts";
import { serveFeature } from "./serve-feature.ts";

/** The demo's application: every feature under its team's path, the meter's metrics, and its page. */
export function createApplication(meter: Meter, features: readonly Feature[]): Express {
  const application = express().disable("x-powered-by");
  application.get("/metrics", meter.metricsHandler());
  for (const feature of features) {
    application.post(`/${feature.team}/${feature.name}`, (request, response) =>
      serveFeature(meter, feature, new URL(request.originalUrl, "http://demo").searchParams, response),
    );
  }
  return application.use("/", meter.dashboard());
}
