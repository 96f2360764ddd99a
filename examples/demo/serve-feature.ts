import type { ServerResponse } from "node:http";
import type { Meter } from "llm-footprint";

import type { Call, Feature } from "./feature.ts";

/** Answers one call of a feature, under the labels of its team. */
export function serveFeature(
  meter: Meter,
  { team, name: feature, serve }: Feature,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  return meter.withLabels({ team, feature }, async () => {
    const left = new AbortController();
    response.on("close", () => left.abort());
    const call: Call = {
      number: Number(query.get("number")),
      impatient: query.get("impatient") === "true",
      signal: left.signal,
    };
    try {
      const answer = serve(call);
      if (answer instanceof Promise) await answer;
      else for await (const piece of answer) response.write(piece);
      response.end();
    } catch {
      if (!response.headersSent) response.statusCode = 502;
      response.end();
    }
  });
}
