/** A carbon intensity of electricity as a live source gives it. */
export interface LiveIntensity {
  /** Average carbon intensity of consumption, life cycle where the source has it, gCO2e/kWh. */
  readonly gramsPerKilowattHour: number;
  /** When it was measured, or the hour it is for. */
  readonly at: Date;
  readonly isEstimated: boolean;
}

/** Where live grid intensities come from. A marginal intensity has no place here: an inventory is of averages. */
export interface GridIntensitySource {
  /** Stands in errors and counts, such as `electricity_maps`. */
  readonly name: string;
  /**
   * Asks for the present intensity.
   *
   * @param country ISO 3166-1 alpha-3
   * @param countryCode the same as alpha-2
   * @returns undefined where the source does not cover the country
   * @throws anything, when it cannot say; the annual average is used then
   */
  readonly read: (country: string, countryCode: string, signal: AbortSignal) => Promise<LiveIntensity | undefined>;
}

/** Answers that are not a success. */
export class GridIntensityError extends Error {
  override readonly name = "GridIntensityError";
  /** Seconds that the source asks to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A GET whose answer is JSON. @throws GridIntensityError for any status that is not a success */
export async function getJson(
  request: typeof fetch,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await request(url, { headers: { accept: "application/json", ...headers }, signal });
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
    await response.body?.cancel();
    throw new GridIntensityError(`HTTP ${response.status}`, Number.isFinite(retryAfter) ? retryAfter : undefined);
  }
  return response.json();
}
