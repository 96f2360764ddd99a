import type { Catalogue } from "../factors/catalogue.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { PrometheusServer } from "../report/prometheus-api.ts";
import { calibratedFactors, type Ownership } from "./calibrated-factors.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { calibrationText } from "./calibration-text.ts";
import { findSeries, type SeriesPair } from "./find-series.ts";
import { findingsOf } from "./findings.ts";
import { readWindows, type WindowRequest } from "./read-windows.ts";

/** What is to be calibrated: the series are found where they are not given. */
export interface CalibrationRequest extends Omit<WindowRequest, keyof SeriesPair> {
  readonly given: Partial<SeriesPair>;
}

export interface ReadCalibration {
  readonly calibration: Calibration;
  /** What is doubtful, each in a sentence. */
  readonly findings: readonly string[];
  /** Whether the windows tell all coefficients apart. */
  readonly certain: boolean;
  /** The factor file. */
  readonly factors: ReturnType<typeof calibratedFactors>;
  /** For people, in so many columns. */
  text(width: number): string;
}

/** Prometheus answers at most so many steps at once. */
const MOST_WINDOWS = 11_000;

/** @throws ConfigurationError where the server cannot be asked, holds no such series, or too few windows */
export async function readCalibration(
  server: PrometheusServer,
  { given, ...asked }: CalibrationRequest,
  ownership: Ownership,
  catalogue: Catalogue,
): Promise<ReadCalibration> {
  const { period, windowSeconds } = asked;
  const count = Math.floor((period.to.getTime() - period.from.getTime()) / 1000 / windowSeconds);
  if (count < 1 || count > MOST_WINDOWS) {
    throw new ConfigurationError(
      "--window",
      `expected 1 to ${MOST_WINDOWS} windows in the period, got ${count}`,
      "Give another --window, --from or --to.",
    );
  }
  const request = { ...asked, ...(await findSeries(server, period, given)) };
  const read = await readWindows(server, request);
  const calibration = calibrate(read.windows);
  const { idle, models } = calibration;
  return {
    calibration,
    findings: findingsOf(calibration, read),
    certain: [...idle, ...models.flatMap(({ perToken }) => Object.values(perToken))].every(({ known }) => known),
    factors: calibratedFactors(calibration, read, request, ownership, catalogue),
    text: (width) => calibrationText(calibration, read, request, width),
  };
}
