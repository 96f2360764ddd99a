import type { Derivation } from "../attribution/views/explain.ts";
import { citation } from "../factors/factor.ts";
import { CRITERIA, type Criterion, type ResolutionStep } from "../model/footprint.ts";
import { scale, type Range } from "../model/range.ts";
import { USAGE_CLASSES, type Usage } from "../model/usage.ts";
import { CRITERION_UNITS, factorFigures, rangeText, spaced } from "./factor-figures.ts";
import { CRITERION_TITLES, formatRange } from "./quantity.ts";
import { warningSentence } from "./warning-text.ts";

/** A derivation as people read it: steps that refer to numbered sources. */
export interface DerivationView {
  readonly model: string;
  readonly resolution: string;
  readonly zone: string;
  readonly catalogue: string;
  /** What the request used. */
  readonly usage: string;
  readonly steps: readonly {
    readonly quantity: string;
    readonly value: string;
    readonly formula: string;
    /** The formula with the central values put in. */
    readonly substituted?: string;
    /** Numbers of sources, from 1. */
    readonly sources: readonly number[];
  }[];
  readonly totals: Readonly<Record<string, string>>;
  readonly sources: readonly {
    readonly factor: string;
    /** The factor's numbers, with ranges and units. */
    readonly figures: readonly string[];
    readonly title: string;
    readonly url: string;
    readonly licence: string;
  }[];
  /** What must be known besides, such as why there is no footprint. */
  readonly notes: readonly string[];
}

/** By what a model was found. */
const FOUND_BY: Readonly<Record<ResolutionStep, string>> = {
  exact: "its name",
  alias: "another name of it",
  prefix: "its name, without what stands around it",
  date: "its name, without a date",
  variant: "its name, without how it is served",
  fine_tune: "the model that it was tuned from",
  deployment: "the name of a deployment",
  size: "the size in its name",
  family: "next of kin",
  provider_default: "nothing but its provider",
  unknown: "nothing that is known",
};

/** @param usage of the request that was explained */
export function derivationView(derivation: Derivation, usage: Usage | undefined): DerivationView {
  const { footprint, steps } = derivation;
  const factors = new Map(steps.flatMap((step) => step.factors.map((factor) => [citation(factor), factor] as const)));
  const cited = [...factors.keys()];
  return {
    model: derivation.model,
    resolution: FOUND_BY[derivation.resolution],
    zone: `${derivation.zone ?? "world"}${basisText(derivation)}`,
    catalogue: derivation.catalogueVersion,
    usage: usageText(usage),
    steps: steps.map(({ quantity, value, unit, formula, substituted, factors: own }) => ({
      quantity: worded(quantity, CRITERION_TITLES).replace(/as published$/, "scaled from the published figure"),
      value: `${rangeText(value)} ${worded(unit, CRITERION_UNITS)}${wattHours(value, unit)}`,
      formula: worded(formula, CRITERION_TITLES).replace(/^as published/, "as scaled"),
      ...(substituted !== undefined && { substituted }),
      sources: own.map((factor) => cited.indexOf(citation(factor)) + 1),
    })),
    totals: Object.fromEntries(
      CRITERIA.flatMap((criterion) => {
        const impact = footprint?.[criterion];
        return impact ? [[CRITERION_TITLES[criterion], formatRange(criterion, impact)]] : [];
      }),
    ),
    sources: Array.from(factors, ([cited, factor]) => ({
      factor: cited,
      figures: factorFigures(factor),
      title: `${factor.source.title}, ${factor.source.locator}${factor.source.checked === "secondary" ? " (second-hand)" : ""}`,
      url: factor.source.url,
      licence: factor.licence,
    })),
    notes: [
      ...(derivation.unattributedReason
        ? [`No footprint: ${derivation.unattributedReason.replaceAll("_", " ")}.`]
        : []),
      ...(derivation.proxy === undefined
        ? []
        : [
            `Nobody has published a figure of this model: those of ${derivation.proxy} stand in (${derivation.proxyReason ?? ""}).`,
          ]),
      ...(derivation.agrees ? [] : ["This is not what was recorded: the catalogue or the options have changed since."]),
      ...(footprint?.warnings ?? [])
        .filter((warning) => warning !== "proxy" || derivation.proxy === undefined)
        .map((warning) => `Careful: ${warningSentence(warning)}`),
    ],
  };
}

/** A derivation as lines of text, with its sources numbered below. */
export const derivationText = (derivation: Derivation, usage: Usage | undefined): string =>
  viewText(derivationView(derivation, usage));

/** A view of a derivation as lines of text. */
export function viewText(view: DerivationView): string {
  const lines = [
    `${view.model} (by ${view.resolution}), zone ${view.zone}, catalogue ${view.catalogue}`,
    `  usage: ${view.usage}`,
    ...view.steps.flatMap(({ quantity, value, formula, substituted, sources }) => [
      `  ${quantity}: ${value}`,
      `    = ${formula}${sources.map((source) => ` [${source}]`).join("")}`,
      ...(substituted === undefined ? [] : [`    = ${substituted}`]),
    ]),
    ...Object.entries(view.totals).map(([title, value]) => `  ${title}: ${value}`),
    ...view.notes,
    ...view.sources.flatMap(({ factor, figures, title, url, licence }, index) => [
      `[${index + 1}] ${factor}: ${title}`,
      ...(figures.length > 0 ? [`    ${figures.join("; ")}`] : []),
      `    ${url} (${licence})`,
    ]),
  ];
  return lines.join("\n");
}

/** Who says the zone, where it is not the application. */
const basisText = ({ zoneBasis }: Derivation): string =>
  zoneBasis === "declared" ? "" : ` (${zoneBasis.replaceAll("_", " ")})`;

/** Electricity in watt-hours beside the joules. */
const wattHours = (value: Range, unit: string): string =>
  unit === "J" || unit === "energyJoules" ? ` = ${rangeText(scale(value, 1 / 3600))} Wh` : "";

function usageText(usage: Usage | undefined): string {
  const known = USAGE_CLASSES.flatMap((usageClass) => {
    const amount = usage?.[usageClass];
    return amount === undefined ? [] : [`${String(Number(amount.toPrecision(12)))} ${spaced(usageClass)}`];
  });
  return known.length > 0 ? known.join(", ") : "unknown";
}

/** A step's text with the words of people for the names of fields. */
const worded = (text: string, words: Readonly<Record<Criterion, string>>): string =>
  spaced(
    CRITERIA.reduce(
      (sentence, criterion) => sentence.replaceAll(new RegExp(`\\b${criterion}\\b`, "g"), words[criterion]),
      text,
    ),
  );
