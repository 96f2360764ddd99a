import type { Derivation } from "../../attribution/views/explain.ts";
import { element, find } from "../../dashboard/page/dom.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { EVIDENCE_TITLES, REASON_TITLES } from "../../report/evidence-words.ts";
import { formatCount, formatRange } from "../../report/quantity.ts";
import { derivationView } from "../../report/derivation.ts";
import type { Answer } from "../calculation.ts";
import type { Inputs } from "../inputs.ts";
import { comparisonView } from "./comparison-view.ts";
import { ranges } from "./range-bars.ts";
import { stepsView } from "./steps-view.ts";

export function showProblem(text: string): void {
  find("#answer").replaceChildren(element("p", { class: "notice" }, text));
  find("#said").textContent = text;
}

export function showAnswer(inputs: Inputs, answer: Answer, catalogue: Catalogue): void {
  const sides = [
    { name: inputs.model, derivation: answer.first },
    ...(answer.second && inputs.versus !== undefined ? [{ name: inputs.versus, derivation: answer.second }] : []),
  ];
  find("#answer").replaceChildren(
    heading(inputs),
    ...(hasTwoMethods(answer) ? [twoMethods()] : []),
    ranges(sides, inputs.requests),
    element("div", { class: "sides" }, ...sides.map((side) => factsOf(side, sides.length > 1))),
    ...(answer.second && inputs.versus !== undefined
      ? [comparisonView(inputs.model, inputs.versus, answer.comparison)]
      : []),
    ...sides.map(({ name, derivation }) => stepsView(name, derivationView(derivation, inputs.usage), sides.length > 1)),
    element(
      "p",
      { class: "note" },
      `Catalogue ${catalogue.identity}. A range is what the sources allow, not a confidence interval. Nobody outside a provider can measure a single request.`,
    ),
  );
  find("#said").textContent = sides.map(({ name, derivation }) => `${name}: ${spoken(derivation)}`).join(" ");
}

/** Whether the two figures come from methods that must not be set against each other. */
const hasTwoMethods = ({ first, second }: Answer): boolean =>
  first.footprint !== undefined && second?.footprint !== undefined && isDirect(first) !== isDirect(second);

/** Of a direct factor the electricity mix is inside; the energy method says what it used. */
const isDirect = ({ footprint }: Derivation): boolean => footprint?.energyJoules === undefined;

function twoMethods(): HTMLElement {
  const button = element("button", { type: "button", class: "chip" }, "Show both by energy");
  button.addEventListener("click", () => {
    const energy = document.querySelector<HTMLInputElement>('[name="methodology"][value="energy"]')!;
    energy.click();
  });
  return element(
    "div",
    { class: "notice", role: "note" },
    element(
      "p",
      {},
      "These two rest on different methods, a life-cycle assessment and an estimate of energy. Do not compare one with the other. ",
    ),
    button,
  );
}

const spoken = ({ footprint, unattributedReason }: Derivation): string =>
  footprint?.co2eGrams
    ? `${formatRange("co2eGrams", footprint.co2eGrams)} of CO2e.`
    : `no footprint, ${REASON_TITLES[unattributedReason ?? "no_factor"]}.`;

function heading({ model, versus, requests, zone }: Inputs): HTMLElement {
  const what = requests === 1 ? "A request" : `${formatCount(requests)} requests`;
  const place = zone === undefined ? "" : `, in ${zone}`;
  return element(
    "h2",
    { id: "answer-title" },
    `${what} to ${model}${versus === undefined ? "" : ` and to ${versus}`}${place}`,
  );
}

/** What stands behind the numbers of one model. */
function factsOf({ name, derivation }: { name: string; derivation: Derivation }, isNamed: boolean): HTMLElement {
  const { footprint, proxy, proxyReason, zone, zoneBasis, unattributedReason, resolution } = derivation;
  const facts: (readonly [string, string])[] = footprint
    ? [
        ["Evidence", EVIDENCE_TITLES[footprint.evidence]],
        ...(proxy === undefined
          ? []
          : [
              [
                "Stand-in",
                `${proxy}, since nobody has published a figure of this model (${proxyReason ?? ""})`,
              ] as const,
            ]),
        [
          "Electricity of",
          `${zone ?? "the world"} (${zoneBasis === "declared" ? "as you say" : zoneBasis.replaceAll("_", " ")})`,
        ],
        ["Accounting", footprint.accounting === "location" ? "by location" : footprint.accounting],
        ...(resolution === "exact" ? [] : [["Model found by", resolution.replaceAll("_", " ")] as const]),
      ]
    : [["No footprint", REASON_TITLES[unattributedReason ?? "no_factor"]]];
  return element(
    "section",
    { class: "facts" },
    ...(isNamed ? [element("h3", {}, name)] : []),
    element("dl", {}, ...facts.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)])),
  );
}
