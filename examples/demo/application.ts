import express, { type Express } from "express";
import type { Meter } from "llm-footprint";

import type { Call, Feature } from "./features.ts";

/** The demo's application: every feature under its team's path, the meter's metrics, and its page. */
export function createApplication(meter: Meter, features: readonly Feature[]): Express {
  const application = express().disable("x-powered-by");
  application.get("/metrics", meter.metricsHandler());
  for (const { team, name: feature, serve } of features) {
    application.post(`/${team}/${feature}`, (request, response) =>
      meter.withLabels({ team, feature }, async () => {
        const left = new AbortController();
        response.on("close", () => left.abort());
        const call: Call = {
          number: Number(request.query["number"]),
          impatient: request.query["impatient"] === "true",
          signal: left.signal,
        };
        try {
          const answer = serve(call);
          if (answer instanceof Promise) await answer;
          else for await (const piece of answer) response.write(piece);
          response.end();
        } catch {
          if (!response.headersSent) response.status(502);
          response.end();
        }
      }),
    );
  }
  return application.use("/", meter.dashboard());
}
