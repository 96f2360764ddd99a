import type { Period } from "../journal/reading.ts";
import { queryRange, type PrometheusServer } from "../report/prometheus-api.ts";
import type { EnergyWindow, Omission, WindowTokens } from "./energy-window.ts";
import type { SeriesPair } from "./find-series.ts";
import { ENERGY_UNITS, isPower } from "./known-series.ts";

export interface WindowRequest extends SeriesPair {
  readonly period: Period;
  readonly windowSeconds: number;
  /** A label that says which tokens were made on which devices, by its name at either series. */
  readonly join?: { readonly energy: string; readonly tokens: string };
  /** The model of servers that do not name theirs. */
  readonly model: string;
}

export interface ReadWindows {
  readonly windows: readonly EnergyWindow[];
  readonly omitted: Readonly<Record<Omission, number>>;
  /** How many samples of energy a window has. */
  readonly samplesPerWindow: number;
  /** The expressions that were evaluated. */
  readonly queries: readonly string[];
}

/** One series, or the sum of several, window by window. */
interface Readings {
  readonly values: ReadonlyMap<number, number>;
  /** The least samples that one of its series has in a window. */
  readonly samples: ReadonlyMap<number, number>;
  readonly devices: ReadonlyMap<number, number>;
  /** Windows in which a counter began anew. */
  readonly resets: ReadonlySet<number>;
}

/** A window with fewer samples than this share of the usual is not whole. */
const WHOLE = 0.9;

/**
 * Energy and tokens by window. A window in which a counter began anew or samples are missing is left out, and counted:
 * part of what happened in it is not known.
 */
export async function readWindows(server: PrometheusServer, request: WindowRequest): Promise<ReadWindows> {
  const { energy, tokens, windowSeconds, join } = request;
  const queries: string[] = [];
  const read = (selector: string, labels: readonly (string | undefined)[], power = false) =>
    readSeries(server, request, selector, labels, power, queries);
  const energies = await read(energy.selector, [join?.energy], isPower(energy.unit));
  const ofTokens = [join?.tokens, tokens.modelLabel];
  const inputs = await read(tokens.input, ofTokens);
  const outputs = await read(tokens.output, ofTokens);
  const hits = tokens.cached === undefined ? undefined : await read(tokens.cached, ofTokens);

  const windows: EnergyWindow[] = [];
  const omitted = { gap: 0, reset: 0 };
  const scale = ENERGY_UNITS[energy.unit] * (isPower(energy.unit) ? windowSeconds : 1);
  for (const [key, readings] of energies) {
    const [group = ""] = JSON.parse(key) as [string?];
    const served = [...inputs].filter(([name]) => (JSON.parse(name) as string[])[0] === group);
    const all = [readings, ...served.flatMap(([name, input]) => [input, outputs.get(name), hits?.get(name)])].filter(
      (each) => each !== undefined,
    );
    const checks = all.map(wholeness);
    for (const time of timesOf(request)) {
      const omission = checks.map((check) => check(time)).find((found) => found !== undefined);
      const energyJoules = readings.values.get(time);
      if (omission !== undefined || energyJoules === undefined) {
        omitted[omission ?? "gap"]++;
        continue;
      }
      const counted = served.map(([name, input]): [string, WindowTokens] => {
        const cached = hits?.get(name)?.values.get(time) ?? 0;
        const whole = input.values.get(time) ?? 0;
        const output = outputs.get(name)?.values.get(time) ?? 0;
        const fresh = tokens.inputHoldsCached ? Math.max(0, whole - cached) : whole;
        const model = (JSON.parse(name) as string[])[1];
        const named = model === undefined || model === "" ? request.model : model;
        return [named, hits === undefined ? { input: whole, output } : { input: fresh, output, cached }];
      });
      const devices = readings.devices.get(time) ?? 1;
      windows.push({
        time,
        group,
        seconds: windowSeconds,
        devices,
        energyJoules: energyJoules * scale,
        tokens: new Map(counted),
      });
    }
  }
  const samplesPerWindow = Math.min(...Array.from(energies.values(), ({ samples }) => usual(samples)));
  return { windows, omitted, samplesPerWindow, queries };
}

/** The ends of the windows, in milliseconds since 1970. */
function timesOf({ period: { from, to }, windowSeconds }: WindowRequest): number[] {
  const step = windowSeconds * 1000;
  const count = Math.floor((to.getTime() - from.getTime()) / step);
  return Array.from({ length: count }, (_, index) => from.getTime() + (index + 1) * step);
}

async function readSeries(
  server: PrometheusServer,
  request: WindowRequest,
  selector: string,
  labels: readonly (string | undefined)[],
  power: boolean,
  queries: string[],
): Promise<ReadonlyMap<string, Readings>> {
  const { windowSeconds } = request;
  const times = timesOf(request);
  const [first, last] = [new Date(times[0]!), new Date(times.at(-1)!)];
  const by = labels.filter((label) => label !== undefined && label !== "").join(", ");
  const overLast = (milliseconds: number) => `${selector}[${Math.round(milliseconds)}ms]`;
  const over = overLast(windowSeconds * 1000);
  const evaluate = async (aggregation: string, expression: string) => {
    const query = `${aggregation} by (${by}) (${expression})`;
    queries.push(query);
    const found = new Map<string, Map<number, number>>();
    for (const { labels: own, time, value } of await queryRange(server, query, first, last, windowSeconds)) {
      const key = JSON.stringify(labels.map((label) => own[label ?? ""] ?? ""));
      found.set(key, (found.get(key) ?? new Map<number, number>()).set(time, value));
    }
    return found;
  };
  const values = await evaluate("sum", `${power ? "avg_over_time" : "increase"}(${over})`);
  const samples = await evaluate("min", `count_over_time(${over})`);
  const devices = await evaluate("count", `count_over_time(${over})`);
  const perWindow = Math.max(1, Math.min(...Array.from(samples.values(), usual)));
  // A counter may begin anew between the last sample of the window before and the first of this one.
  const overMore = overLast(windowSeconds * 1000 * (1 + 1 / perWindow));
  const resets = power ? new Map<string, Map<number, number>>() : await evaluate("sum", `resets(${overMore})`);
  const none = new Map<number, number>();
  return new Map(
    Array.from(samples, ([key, counted]): [string, Readings] => [
      key,
      {
        values: values.get(key) ?? none,
        samples: counted,
        devices: devices.get(key) ?? none,
        resets: new Set([...(resets.get(key) ?? none)].filter(([, count]) => count > 0).map(([time]) => time)),
      },
    ]),
  );
}

/** What is wrong with a window of these readings. Before the first and after the last sample there was nothing to count. */
function wholeness({ samples, resets }: Readings): (time: number) => Omission | undefined {
  const enough = usual(samples) * WHOLE;
  const times = [...samples.keys()];
  const [begin, end] = [Math.min(...times), Math.max(...times)];
  return (time) => {
    if (resets.has(time)) return "reset";
    if (time < begin || time > end) return undefined;
    return (samples.get(time) ?? 0) < enough ? "gap" : undefined;
  };
}

/** The median. */
function usual(samples: ReadonlyMap<number, number>): number {
  const sorted = [...samples.values()].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
