/** J per token of a model that is simulated. */
export interface TokenCosts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** Tokens per second of each kind. */
export type Load = TokenCosts;

export interface Simulation {
  /** W of each device that idles. */
  readonly idleWatts: number;
  readonly devices: number;
  readonly models: Readonly<Record<string, TokenCosts>>;
  /** What a model works on at a second of the simulation. */
  readonly load: (model: string, second: number) => Load;
  /** The meter's error of each step, as a share. */
  readonly noise?: number;
}

/** How the series of a simulation are called, and what all of them carry. */
export interface Naming {
  /** In mJ. */
  readonly energy: string;
  readonly input: string;
  readonly output: string;
  readonly cached?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether nothing was scraped at a second. */
  readonly missed?: (second: number) => boolean;
  /** How long after the energy the tokens are scraped, in seconds. @default 0 */
  readonly tokensLater?: number;
  /** When the inference server began anew, in seconds: its counters start at 0. */
  readonly restarts?: readonly number[];
}

const SCRAPE_SECONDS = 15;

/** Numbers from 0 to 1 that look random and are the same every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from 0 to 1 for each stretch of so many seconds, apart for each name. */
export function changing(name: string, everySeconds: number): (second: number) => number {
  const seed = Buffer.from(name).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
  return (second) => random(seed + 7919 * Math.floor(second / everySeconds))();
}

/** The samples that a scrape every 15 s would have written, as OpenMetrics. */
export function simulate(simulation: Simulation, naming: Naming, from: number, seconds: number): string {
  const { idleWatts, devices, models, load, noise = 0 } = simulation;
  const { labels = {}, missed = () => false, restarts = [], tokensLater = 0 } = naming;
  const error = random(1);
  const series = new Map<string, Map<string, string[]>>();
  const write = (metric: string, own: Readonly<Record<string, string>>, value: number, second: number): void => {
    const text = Object.entries({ ...labels, ...own }).map(([name, given]) => `${name}="${given}"`);
    const key = `${metric}{${text.join(",")}}`;
    const all = series.get(metric) ?? new Map<string, string[]>();
    series.set(metric, all);
    const lines = all.get(key) ?? [];
    all.set(key, lines);
    lines.push(`${key} ${value} ${from + second}`);
  };
  const joules = Array.from({ length: devices }, () => 0);
  const counts = new Map(Object.keys(models).map((model) => [model, { input: 0, cached: 0, output: 0 }]));
  for (let second = 0; second <= seconds; second += SCRAPE_SECONDS) {
    if (restarts.includes(second))
      for (const count of counts.values()) Object.assign(count, { input: 0, cached: 0, output: 0 });
    if (!missed(second)) {
      for (const [device, sum] of joules.entries())
        write(naming.energy, { gpu: `${device}` }, Math.round(sum * 1000), second);
      for (const [model, count] of counts) {
        const own = { model_name: model };
        // What is worked on meanwhile is counted by then.
        const then = load(model, second);
        const counted = (kind: keyof Load) => Math.round(count[kind] + then[kind] * tokensLater);
        write(naming.input, own, counted("input") + counted("cached"), second + tokensLater);
        write(naming.output, own, counted("output"), second + tokensLater);
        if (naming.cached !== undefined) write(naming.cached, own, counted("cached"), second + tokensLater);
      }
    }
    let busy = 0;
    for (const [model, count] of counts) {
      const rates = load(model, second);
      for (const kind of ["input", "cached", "output"] as const) {
        count[kind] += rates[kind] * SCRAPE_SECONDS;
        busy += rates[kind] * SCRAPE_SECONDS * models[model]![kind];
      }
    }
    for (const device of joules.keys()) {
      joules[device]! += (idleWatts * SCRAPE_SECONDS + busy / devices) * (1 + noise * (error() - 0.5) * 2);
    }
  }
  return Array.from(series, ([metric, all]) =>
    [`# TYPE ${metric} unknown`, ...[...all.values()].flat()].join("\n"),
  ).join("\n");
}
