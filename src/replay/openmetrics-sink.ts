import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import { exposition } from "../exporters/prometheus/exposition.ts";
import { exported, type Exported } from "../metrics/samples.ts";
import { Recorder } from "../records/recorder.ts";
import { createTotals } from "../totals/totals.ts";
import { VERSION } from "../version.ts";
import type { EndedRequest } from "../records/ended-request.ts";
import { ImportStore } from "../journal/imports/import-store.ts";
import type { JournalledRecord } from "../journal/row.ts";
import { divided } from "../report/spread-footprint.ts";
import { imported, PastRecorder } from "./past-recorder.ts";
import type { ReplaySink } from "./replay-sink.ts";

/** The origins of metrics that are counted from requests; the others describe a running process. */
const COUNTED = ["labelSet", "model", "histogram"];

interface Step {
  readonly recorder: Recorder;
  readonly metrics: readonly Exported[];
}

/** What is written at once, in characters. */
const WRITE_CHARACTERS = 1 << 20;

/**
 * Counts past requests into the counters that a scrape would have seen, every `stepSeconds`, and writes them as
 * OpenMetrics with times, for `promtool tsdb create-blocks-from openmetrics`. Until the end the requests are held in a
 * temporary database, so that each counts once; then memory grows with steps and label sets. It cannot be continued.
 */
export function openMetricsSink(
  path: string,
  { stepSeconds, ...options }: AttributionOptions & { readonly stepSeconds: number },
): ReplaySink {
  const store = new ImportStore("", { busySeconds: 0 });
  const recorder = new PastRecorder(options);
  return {
    knownFiles: () => [],
    write: (batch, fileOf) => store.write(imported(recorder, batch, store), fileOf, false),
    close(complete) {
      try {
        if (complete) writeSteps(path, stepsOf(store, stepSeconds, options), stepSeconds);
      } finally {
        store.close();
      }
    },
  };
}

function stepsOf(store: ImportStore, stepSeconds: number, options: AttributionOptions): Map<number, Step> {
  const attribute = createAttribute(options);
  const steps = new Map<number, Step>();
  const labelNames = store.labelNames();
  for (const record of store.records()) {
    const start = Math.floor(record.startedAt.getTime() / 1000 / stepSeconds) * stepSeconds;
    let step = steps.get(start);
    if (!step) {
      const totals = createTotals({ labelNames, zeroHoldSeconds: 0, now: () => 0 });
      const metrics = exported({
        totals,
        version: VERSION,
        startedAtSeconds: 0,
        catalogue: { version: "", publishedAt: new Date(0) },
      });
      const counted = metrics.filter(({ definition }) => COUNTED.includes(definition.origin.of));
      step = { recorder: new Recorder(attribute, totals, () => undefined), metrics: counted };
      steps.set(start, step);
    }
    add(step.recorder, record);
  }
  return steps;
}

/** A sum of requests is counted as that many equal ones. */
function add(recorder: Recorder, { requests = 1, ...record }: JournalledRecord): void {
  const ended: EndedRequest = {
    ...record,
    host: record.endpoint,
    startedAtMilliseconds: record.startedAt.getTime(),
    usage: record.usage && divided(record.usage, requests),
    durationSeconds: record.durationSeconds / requests,
  };
  for (let n = 0; n < requests; n++) recorder.add(ended, false);
}

/** All samples of a line together and in time, as OpenMetrics asks for: from a step before the first to the last. */
function writeSteps(path: string, steps: ReadonlyMap<number, Step>, stepSeconds: number): void {
  const starts = [...steps.keys()].sort((a, b) => a - b);
  const [first, last] = [starts[0] ?? 0, starts.at(-1) ?? 0];
  const definitions = starts.length > 0 ? steps.get(first)!.metrics.map(({ definition }) => definition) : [];
  // Whoever finds the file finds all of it.
  const part = `${path}.part`;
  const file = openSync(part, "w");
  try {
    for (const [index, definition] of definitions.entries()) {
      const [head = ""] = [...exposition([{ definition, samples: () => [] }], "openmetrics")];
      writeSync(file, head.replace("# EOF\n", ""));
      for (const [line, increases] of linesOf(starts, steps, index)) {
        let value = 0;
        let text = "";
        for (let start = first - stepSeconds; start <= last; start += stepSeconds) {
          value += increases.get(start) ?? 0;
          text += `${line} ${value} ${start + stepSeconds}\n`;
          if (text.length < WRITE_CHARACTERS) continue;
          writeSync(file, text);
          text = "";
        }
        writeSync(file, text);
      }
    }
    writeSync(file, "# EOF\n");
  } catch (error) {
    closeSync(file);
    rmSync(part, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(part, path);
}

/** Each line of a metric, as it is written without a value, with what it grew by in each step. */
function linesOf(
  starts: readonly number[],
  steps: ReadonlyMap<number, Step>,
  metric: number,
): Map<string, Map<number, number>> {
  const lines = new Map<string, Map<number, number>>();
  for (const start of starts) {
    for (const piece of exposition([steps.get(start)!.metrics[metric]!], "openmetrics")) {
      for (const row of piece.split("\n")) {
        if (row === "" || row.startsWith("#")) continue;
        const space = row.lastIndexOf(" ");
        const line = row.slice(0, space);
        const increases = lines.get(line) ?? new Map<number, number>();
        lines.set(line, increases.set(start, Number(row.slice(space + 1))));
      }
    }
  }
  return lines;
}
