import { ConfigurationError, shown } from "../../model/errors.ts";
import { defaultCatalogue, type Catalogue } from "../catalogue.ts";
import { GridIntensityError, type GridIntensitySource, type LiveIntensity } from "./source.ts";

export interface LiveGridOptions {
  readonly source: GridIntensitySource;
  /** For the countries of cloud regions. @default the built-in catalogue */
  readonly catalogue?: Catalogue;
  /** How long a value is used before it is asked for again, in seconds. @default 900 */
  readonly refreshSeconds?: number;
  /** How old a value may be by the source's own time, in seconds; then the annual average is used. @default 10800 */
  readonly maxAgeSeconds?: number;
  /** How long an answer may take, in seconds. @default 5 */
  readonly timeoutSeconds?: number;
  /** How long a source that failed is left alone, in seconds. @default 60 */
  readonly retrySeconds?: number;
  /** Called for each failure, for counting. */
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** The present grid intensities, as far as they are known without waiting. */
export interface LiveGrid {
  /**
   * The intensity to use now, gCO2e/kWh; undefined until one is known, or when what is known is too old. Never waits
   * and never throws: a value that is missing is asked for beside the request, and serves the ones after it.
   *
   * @param zone as an attributor gives it
   */
  current(zone: string | undefined): number | undefined;
  /** Failures of the source since the start. */
  readonly failures: number;
  /** Stops asking; what is under way is aborted. */
  close(): void;
}

/** No grid is dirtier; what is above, or not above 0, is nonsense. */
const HIGHEST_GRAMS_PER_KILOWATT_HOUR = 2000;
const RETRY_LIMIT_SECONDS = 3600;

interface Entry {
  value?: LiveIntensity;
  /** Not to be asked for again before this. */
  askAgainAt: number;
  asking: boolean;
}

/** @throws ConfigurationError for a time that is not positive */
export function createLiveGrid(options: LiveGridOptions): LiveGrid {
  const { source, catalogue = defaultCatalogue(), onFailure, now = Date.now } = options;
  const { refreshSeconds = 900, maxAgeSeconds = 10_800, timeoutSeconds = 5, retrySeconds = 60 } = options;
  for (const [name, value] of Object.entries({ refreshSeconds, maxAgeSeconds, timeoutSeconds, retrySeconds })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new ConfigurationError(
        `gridIntensity.${name}`,
        `expected a time in seconds, got ${shown(value)}`,
        "Give seconds, more than 0.",
      );
    }
  }
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  let failures = 0;

  /** True as well for an invalid time. */
  const tooOld = ({ at }: LiveIntensity): boolean => !(now() - at.getTime() <= maxAgeSeconds * 1000);

  function entryOf(zone: string): Entry | undefined {
    const places = catalogue.zone(zone)?.places ?? [];
    // Of several places there is no present intensity.
    const country = places.length === 1 ? places[0].country : undefined;
    if (country === undefined || catalogue.regions.countries[country] === undefined) return undefined;
    let entry = entries.get(country);
    if (entry === undefined) entries.set(country, (entry = { askAgainAt: 0, asking: false }));
    if (!entry.asking && now() >= entry.askAgainAt && !closing.signal.aborted) void ask(country, entry);
    return entry;
  }

  async function ask(country: string, entry: Entry): Promise<void> {
    entry.asking = true;
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), closing.signal]);
      const value = await untilAborted(source.read(country, catalogue.regions.countries[country]!, signal), signal);
      if (value !== undefined) {
        const grams = value.gramsPerKilowattHour;
        if (!(grams > 0 && grams <= HIGHEST_GRAMS_PER_KILOWATT_HOUR)) {
          throw new GridIntensityError(`${source.name} says ${grams} gCO2e/kWh of ${country}`);
        }
        if (tooOld(value)) throw new GridIntensityError(`${source.name} has nothing new of ${country}`);
        entry.value = value;
      }
      entry.askAgainAt = now() + refreshSeconds * 1000;
    } catch (error) {
      const wished = error instanceof GridIntensityError ? (error.retryAfterSeconds ?? 0) : 0;
      entry.askAgainAt = now() + Math.min(Math.max(wished, retrySeconds), RETRY_LIMIT_SECONDS) * 1000;
      if (!closing.signal.aborted) fail(error);
    } finally {
      entry.asking = false;
    }
  }

  function fail(error: unknown): void {
    failures++;
    try {
      onFailure?.(error);
    } catch {
      failures++;
    }
  }

  return {
    current(zone) {
      const entry = zone === undefined ? undefined : entryOf(zone);
      if (entry?.value === undefined || tooOld(entry.value)) return undefined;
      return entry.value.gramsPerKilowattHour;
    },
    get failures() {
      return failures;
    },
    close: () => closing.abort(),
  };
}

/** A source need not heed its signal. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
