import { once } from "node:events";
import { createWriteStream } from "node:fs";

import { exposition } from "../../src/exporters/prometheus/exposition.ts";
import { RecordedRules } from "./recorded-rules.ts";
import { Recording, STEP, TARGET } from "./recording.ts";
import { Simulation } from "./simulation.ts";

/** The month before and this month up to `end`, as scrapes would have found it and as the rules would have recorded it. */
function history(end: Date): Recording {
  const start = Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1);
  const recording = new Recording();
  const simulation = new Simulation(start, end.getTime());
  const rules = new RecordedRules(recording);
  for (let time = start; time <= end.getTime(); time += STEP) {
    if (time > start) simulation.advance(STEP);
    recording.scrape(time, [...exposition(simulation.metrics, "text")].join(""));
    recording.gauge(time, "up", `{${TARGET}}`, 1);
    recording.gauge(time, "scrape_duration_seconds", `{${TARGET}}`, 0.004);
    rules.record(new Date(time), simulation);
  }
  return recording;
}

/** Writes the history as input for `promtool tsdb create-blocks-from openmetrics`. */
export async function writeHistory(end: Date, path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const piece of history(end).openMetrics()) {
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}
