import { createHash } from "node:crypto";

import { BOUNDARY_PARTS } from "../factors/factor.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import { TOKEN_ENERGIES } from "../factors/token-parameters.ts";
import type { Range } from "../model/range.ts";
import type { CalibratedModel, Calibration } from "./calibration.ts";
import type { EnergyWindow } from "./energy-window.ts";
import { SEEN_BY } from "./known-series.ts";
import type { ReadWindows, WindowRequest } from "./read-windows.ts";

/** Whose figures they are, and for which requests. */
export interface Ownership {
  readonly organisation: string;
  /** Only requests to these; all where it is left out. */
  readonly providers?: readonly string[];
  /** Of the server; credentials in it are left out. */
  readonly url: string;
  readonly now: Date;
}

/** A factor file of what was measured, as `createCatalogue({ files })` reads it. */
export function calibratedFactors(
  calibration: Calibration,
  read: ReadWindows,
  { period, windowSeconds, energy }: WindowRequest,
  { organisation, providers, url, now }: Ownership,
  catalogue: Catalogue,
): { readonly common: unknown; readonly factors: readonly unknown[] } {
  const seen = SEEN_BY[energy.boundary];
  const { from, to } = period;
  return {
    common: {
      version: "1.0.0",
      publisher: organisation,
      licence: "internal",
      attribution: organisation,
      source: {
        title: "Calibration of our own servers: non-negative least squares of energy by tokens",
        url: withoutCredentials(url),
        published: to.toISOString().slice(0, 10),
        retrieved: now.toISOString().slice(0, 10),
        locator: `${calibration.windows} windows of ${windowSeconds} s, ${from.toISOString()} to ${to.toISOString()}, SHA-256 ${hashOf(read.windows)}`,
        checked: "primary",
      },
      evidence: "user_measured",
      kind: "energy",
      unit: "output_token",
      scalable: true,
      phase: "usage",
      boundary: Object.fromEntries(BOUNDARY_PARTS.map((part) => [part, seen.includes(part) ? "yes" : "no"])),
      accounting: "location",
      includesGrid: false,
      includesPrefill: false,
      notes: `Queries: ${read.queries.join("; ")}`,
    },
    factors: calibration.models.map((model) => ({
      id: `own.${slug(model.model)}.calibrated`,
      appliesTo: {
        models: [catalogue.resolve(model.model).model?.name ?? model.model.toLowerCase()],
        ...(providers && { providers }),
      },
      ...figuresOf(model),
    })),
  };
}

function figuresOf({ perToken, idlePerToken }: CalibratedModel): object {
  const { input, output, cached } = perToken;
  return {
    metrics: { energyJoules: quantity(output) },
    parameters: {
      [TOKEN_ENERGIES.input]: quantity(input),
      ...(cached && { [TOKEN_ENERGIES.cacheRead]: quantity(cached) }),
      [TOKEN_ENERGIES.idle]: quantity(idlePerToken),
    },
  };
}

const quantity = (found: Range | undefined): object => {
  const { low, central, high } = found ?? { low: 0, central: 0, high: 0 };
  return { low: rounded(low), central: rounded(central), high: rounded(high), basis: "user" };
};

/** Six digits: more than any meter has, and the order of the bounds stays. */
const rounded = (value: number): number => Number(value.toPrecision(6));

const slug = (model: string): string => model.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-");

function withoutCredentials(given: string): string {
  const url = new URL(given);
  return `${url.origin}${url.pathname}`;
}

const hashOf = (windows: readonly EnergyWindow[]): string =>
  createHash("sha256")
    .update(JSON.stringify(windows.map(({ tokens, ...window }) => ({ ...window, tokens: [...tokens] }))))
    .digest("hex");
