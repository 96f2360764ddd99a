import { ConfigurationError } from "../model/errors.ts";
import type { Range } from "../model/range.ts";
import type { EnergyWindow } from "./energy-window.ts";
import { BLOCKS, fit, type FittedCoefficient } from "./fit.ts";
import { idlePerToken } from "./idle-share.ts";

/** The kinds of token that a model's energy is measured by. */
export const TOKEN_KINDS = ["input", "cached", "output"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What one coefficient of the fit stands for. */
export type Column =
  { readonly kind: "idle"; readonly group: string } | { readonly kind: TokenKind; readonly model: string };

/** A coefficient and what it is of: W of a device that idles, or J per token. */
export interface Measured extends FittedCoefficient {
  readonly column: Column;
}

/** What the tokens of one model take. */
export interface CalibratedModel {
  readonly model: string;
  /** J per token of each kind that the windows hold, idling left out. */
  readonly perToken: Readonly<Partial<Record<TokenKind, Measured>>>;
  /** J of idling for each token, whatever its kind. */
  readonly idlePerToken: Range;
}

export interface Calibration {
  readonly models: readonly CalibratedModel[];
  /** W of one device that idles, by group. */
  readonly idle: readonly Measured[];
  readonly columns: readonly Column[];
  readonly windows: number;
  /** What the fit leaves, as a share of a window's mean energy. */
  readonly residualShare: number;
  /** The share of the variance that the fit explains. */
  readonly explained: number;
  /** The share of the energy that is idling. */
  readonly idleShare: number;
  /** Models that work on the same devices. */
  readonly sharing: readonly (readonly string[])[];
}

/** Fewer windows than this, or than this for each coefficient, are not fitted. */
const FEWEST_WINDOWS = 20;
const FEWEST_PER_COLUMN = 4;

/**
 * Idle power of the devices and J per token of each model, from windows of different loads.
 *
 * @throws ConfigurationError where there is too little to fit
 */
export function calibrate(unsorted: readonly EnergyWindow[]): Calibration {
  const windows = unsorted.toSorted((a, b) => a.time - b.time);
  const columns = columnsOf(windows);
  const fewest = Math.max(FEWEST_WINDOWS, FEWEST_PER_COLUMN * columns.length);
  if (!columns.some(({ kind }) => kind !== "idle")) {
    throw new ConfigurationError("calibrate", "expected tokens in the windows, got none", "Give another period.");
  }
  if (windows.length < fewest) {
    throw new ConfigurationError(
      "calibrate",
      `expected at least ${fewest} whole windows, got ${windows.length}`,
      "Give a longer period with --from, or a shorter --window.",
    );
  }
  const size = Math.ceil(windows.length / BLOCKS);
  const blocks = Array.from({ length: Math.ceil(windows.length / size) }, (_, index) =>
    windows.slice(index * size, (index + 1) * size),
  );
  const fitted = fit(
    blocks.map((block) => ({
      rows: block.map((window) => columns.map((column) => amountOf(column, window))),
      targets: block.map(({ energyJoules }) => energyJoules),
    })),
  );
  const measured = fitted.coefficients.map((coefficient, index): Measured => ({
    ...coefficient,
    column: columns[index]!,
  }));
  const idle = measured.filter(({ column }) => column.kind === "idle");
  const total = windows.reduce((sum, { energyJoules }) => sum + energyJoules, 0);
  const ofIdle = idle.reduce(
    (sum, { column, central }) => sum + central * windows.reduce((all, window) => all + amountOf(column, window), 0),
    0,
  );
  const names = new Set(columns.flatMap((column) => (column.kind === "idle" ? [] : column.model)));
  const watts = new Map(idle.flatMap((each) => (each.column.kind === "idle" ? [[each.column.group, each]] : [])));
  return {
    models: Array.from(names, (model) => ({
      model,
      perToken: Object.fromEntries(
        measured.flatMap((each) =>
          each.column.kind !== "idle" && each.column.model === model ? [[each.column.kind, each]] : [],
        ),
      ),
      idlePerToken: idlePerToken(model, blocks, watts),
    })),
    idle,
    columns,
    windows: windows.length,
    residualShare: fitted.residual / (total / windows.length || 1),
    explained: fitted.explained,
    idleShare: total === 0 ? 0 : ofIdle / total,
    sharing: sharingOf(windows),
  };
}

/** A column for each group's idling, and for each kind of token that a model has. */
function columnsOf(windows: readonly EnergyWindow[]): Column[] {
  const groups = new Set(windows.map(({ group }) => group));
  const models = new Set(windows.flatMap(({ tokens }) => [...tokens.keys()]));
  const ofTokens = [...models].flatMap((model) => TOKEN_KINDS.map((kind): Column => ({ kind, model })));
  return [
    ...Array.from(groups, (group): Column => ({ kind: "idle", group })),
    ...ofTokens.filter((column) => windows.some((window) => amountOf(column, window) > 0)),
  ];
}

/** Device-seconds of idling, or tokens. */
function amountOf(column: Column, { group, seconds, devices, tokens }: EnergyWindow): number {
  if (column.kind === "idle") return column.group === group ? seconds * devices : 0;
  return tokens.get(column.model)?.[column.kind] ?? 0;
}

function sharingOf(windows: readonly EnergyWindow[]): string[][] {
  const byGroup = new Map<string, Set<string>>();
  for (const { group, tokens } of windows) {
    const served = byGroup.get(group) ?? new Set<string>();
    byGroup.set(group, served);
    for (const [model, { input, output, cached = 0 }] of tokens) if (input + output + cached > 0) served.add(model);
  }
  return Array.from(byGroup.values(), (models) => [...models]).filter((models) => models.length > 1);
}
