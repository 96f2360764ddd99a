import { styleText } from "node:util";

import type { MethodResult } from "../attribution/views/compare-methods.ts";
import type { ComparedSide, ModelComparison } from "../attribution/views/compare-models.ts";
import type { Derivation } from "../attribution/views/explain.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import { BOUNDARY_PARTS } from "../factors/factor.ts";
import { modelSuggestion, providerSuggestion } from "../factors/suggestions.ts";
import { CRITERIA } from "../model/footprint.ts";
import type { Usage } from "../model/usage.ts";
import { derivationView, viewText } from "../report/derivation.ts";
import { EVIDENCE_TITLES, REASON_TITLES } from "../report/evidence-words.ts";
import { CRITERION_TITLES, formatDifference, formatNumber, formatRange } from "../report/quantity.ts";
import { flow, layOut } from "../report/text-columns.ts";
import { warningSentence } from "../report/warning-text.ts";
import { tableWidth } from "./command.ts";

const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });
const dim = (text: string): string => styleText("dim", text, { stream: process.stdout });

interface Asked {
  /** The model as it was written. */
  readonly asked: string;
  readonly provider: string | undefined;
  readonly catalogue: Catalogue;
  readonly steps: boolean;
}

/** The answer in a few lines; with `steps`, how it was computed. */
export function estimateText(
  derivation: Derivation,
  usage: Usage,
  { asked, provider, catalogue, steps }: Asked,
): string {
  const { footprint } = derivation;
  const isKnown = !["unknown", "family", "provider_default"].includes(derivation.resolution);
  const suggestions = [
    isKnown ? "" : modelSuggestion(catalogue, asked, derivation.model),
    provider === undefined ? "" : providerSuggestion(catalogue, provider),
  ].filter((text) => text !== "");
  if (!footprint) {
    const reason = derivation.unattributedReason;
    return `${bold("No footprint")}: ${[reason === undefined ? "unknown" : REASON_TITLES[reason], ...suggestions].join(". ")}\n`;
  }
  const rows = CRITERIA.flatMap((criterion) => {
    const impact = footprint[criterion];
    return impact ? [[CRITERION_TITLES[criterion], formatRange(criterion, impact)]] : [];
  });
  // That figures of another stand in, the line of the model says.
  const cautions = footprint.warnings.filter((warning) => warning !== "proxy" || steps);
  const facts = [
    ["Evidence", EVIDENCE_TITLES[footprint.evidence]],
    ["Accounting", footprint.accounting],
    ...(cautions.length > 0 ? [["Careful", cautions.map(warningSentence).join(" ")]] : []),
  ];
  const view = derivationView(derivation, usage);
  const table = (more: readonly (readonly string[])[]) =>
    layOut({ header: [], rows: [...rows, ...facts, ...more], numeric: [] }, tableWidth());
  if (steps) {
    return [table([]), "", bold("Derivation"), flow(viewText({ ...view, totals: {}, notes: [] }), tableWidth())].join(
      "\n",
    );
  }
  return [
    table([
      ["Model", modelText(derivation, asked)],
      ["Electricity of", view.zone],
      ["Rests on", `${view.sources.length} factors, catalogue ${view.catalogue}`],
    ]),
    "",
    ...suggestions,
    dim("--steps shows how it is computed and from what, --compare each method's answer."),
  ].join("\n");
}

/** The model, or what stands in for it. */
function modelText({ model, proxy, proxyReason }: Derivation, asked: string): string {
  return proxy === undefined ? model : `${asked}, by the figures of ${proxy}: ${proxyReason ?? "it stands in"}`;
}

/** What every method says, a row each. */
export const comparisonText = (results: readonly MethodResult[]): string =>
  layOut(
    {
      header: ["method", "evidence", "CO2e", "water", "electricity", "inside", "not inside"],
      rows: results.map(({ method, evidence, impacts, boundary }) => [
        method,
        evidence.replaceAll("_", " "),
        ...(["co2eGrams", "waterLitres", "energyJoules"] as const).map((criterion) => {
          const impact = impacts[criterion];
          return impact ? formatRange(criterion, impact) : "";
        }),
        ...(["yes", "no"] as const).map((answer) => partsWith(boundary, answer)),
      ]),
      numeric: [2, 3, 4],
    },
    tableWidth(),
  );

/** The parts of a boundary that the factor's own figure has inside, or not; the others it does not say. */
const partsWith = (boundary: MethodResult["boundary"], answer: "yes" | "no"): string =>
  BOUNDARY_PARTS.filter((part) => boundary[part] === answer)
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(", ");

/** The difference of two models by each criterion, and what both have in common. */
export function differenceText({ a, b, differences, shared }: ModelComparison): string {
  const nameOf = ({ model, proxy }: ComparedSide) => (proxy === undefined ? model : `${model} (as ${proxy})`);
  const table = layOut(
    {
      header: ["", nameOf(a), nameOf(b), "difference", "times", "verdict"],
      rows: CRITERIA.flatMap((criterion) => {
        const [one, other, difference] = [a.impacts[criterion], b.impacts[criterion], differences[criterion]];
        if (!one || !other || !difference) return [];
        const { ratio, decided } = difference;
        return [
          [
            CRITERION_TITLES[criterion],
            formatRange(criterion, one),
            formatRange(criterion, other),
            formatDifference(criterion, difference),
            ratio ? `${formatNumber(ratio.central)} (${formatNumber(ratio.low)} to ${formatNumber(ratio.high)})` : "",
            decided ? "decided" : "not decided",
          ],
        ];
      }),
      numeric: [1, 2, 3, 4],
    },
    tableWidth(),
  );
  const common = `Shared by both, and so in no difference: ${shared.join(", ")}.`;
  return `${table}\n\n${flow(common, tableWidth())}\nBy the energy of each; a range is not a confidence interval.`;
}
