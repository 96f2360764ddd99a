import type { Derivation } from "../attribution/explain.ts";
import { citation } from "../factors/factor.ts";
import { CRITERIA } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";
import { CRITERION_TITLES, formatRange } from "./quantity.ts";

/** A derivation as people read it: steps that refer to numbered sources. */
export interface DerivationView {
  readonly model: string;
  readonly resolution: string;
  readonly zone: string;
  readonly catalogue: string;
  readonly steps: readonly {
    readonly quantity: string;
    readonly value: string;
    readonly formula: string;
    /** Numbers of sources, from 1. */
    readonly sources: readonly number[];
  }[];
  readonly totals: Readonly<Record<string, string>>;
  readonly sources: readonly {
    readonly factor: string;
    readonly title: string;
    readonly url: string;
    readonly licence: string;
  }[];
  /** What must be known besides, such as why there is no footprint. */
  readonly notes: readonly string[];
}

export function derivationView(derivation: Derivation): DerivationView {
  const { footprint, steps } = derivation;
  const factors = new Map(steps.flatMap((step) => step.factors.map((factor) => [citation(factor), factor] as const)));
  const cited = [...factors.keys()];
  return {
    model: derivation.model,
    resolution: derivation.resolution.replaceAll("_", " "),
    zone: derivation.zone ?? "world",
    catalogue: derivation.catalogueVersion,
    steps: steps.map(({ quantity, value, unit, formula, factors: own }) => ({
      quantity,
      value: `${rangeText(value)} ${unit}`,
      formula,
      sources: own.map((factor) => cited.indexOf(citation(factor)) + 1),
    })),
    totals: Object.fromEntries(
      CRITERIA.flatMap((criterion) => {
        const impact = footprint?.[criterion];
        return impact ? [[CRITERION_TITLES[criterion], formatRange(criterion, impact)]] : [];
      }),
    ),
    sources: Array.from(factors, ([factor, { source, licence }]) => ({
      factor,
      title: `${source.title}, ${source.locator}`,
      url: source.url,
      licence,
    })),
    notes: [
      ...(derivation.unattributedReason
        ? [`No footprint: ${derivation.unattributedReason.replaceAll("_", " ")}.`]
        : []),
      ...(derivation.agrees ? [] : ["This is not what was recorded: the catalogue or the options have changed since."]),
      ...(footprint?.warnings ?? []).map((warning) => `Careful: ${warning.replaceAll("_", " ")}.`),
    ],
  };
}

/** A derivation as lines of text, with its sources numbered below. */
export const derivationText = (derivation: Derivation): string => viewText(derivationView(derivation));

/** A view of a derivation as lines of text. */
export function viewText(view: DerivationView): string {
  const lines = [
    `${view.model} (by ${view.resolution}), zone ${view.zone}, catalogue ${view.catalogue}`,
    ...view.steps.flatMap(({ quantity, value, formula, sources }) => [
      `  ${quantity}: ${value}`,
      `    = ${formula}${sources.map((source) => ` [${source}]`).join("")}`,
    ]),
    ...Object.entries(view.totals).map(([title, value]) => `  ${title}: ${value}`),
    ...view.notes,
    ...view.sources.flatMap(({ factor, title, url, licence }, index) => [
      `[${index + 1}] ${factor}: ${title}`,
      `    ${url} (${licence})`,
    ]),
  ];
  return lines.join("\n");
}

function rangeText({ low, central, high }: Range): string {
  const [a, b, c] = [low, central, high].map((value) => String(Number(value.toPrecision(4))));
  return low === high ? b! : `${b!} (${a!} to ${c!})`;
}
