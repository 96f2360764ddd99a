import type { ComparedSide, Difference, ModelComparison } from "../../attribution/views/compare-models.ts";
import { element, table } from "../../dashboard/page/dom.ts";
import { PAGE_TITLES } from "../../dashboard/page/titles.ts";
import { CRITERIA } from "../../model/criteria.ts";
import { formatNumber, formatQuantity, formatRange } from "../../report/quantity.ts";

/** What the first causes more than the second, with what both share left out. */
export function comparisonView(first: string, second: string, comparison: ModelComparison | undefined): HTMLElement {
  if (!comparison) {
    return section(
      element(
        "p",
        { class: "notice" },
        "Nothing covers the energy of one of the two, so that they cannot be compared.",
      ),
    );
  }
  const { a, b, differences, shared } = comparison;
  const { co2eGrams } = differences;
  const rows = CRITERIA.flatMap((criterion) => {
    const difference = differences[criterion];
    if (!difference) return [];
    const { low, central, high, decided } = difference;
    const signed = (value: number): string => `${value < 0 ? "−" : "+"}${formatQuantity(criterion, Math.abs(value))}`;
    return [
      [
        PAGE_TITLES[criterion],
        signed(central),
        `${signed(low)} to ${signed(high)}`,
        ratioText(difference),
        decided ? "decided" : "not decided",
      ],
    ];
  });
  return section(
    ...(co2eGrams ? [element("p", { class: "verdict" }, verdict(first, second, co2eGrams))] : []),
    element(
      "p",
      { class: "note" },
      `By the energy of each: ${energyText(first, a)}, ${energyText(second, b)}. What both share cancels.`,
    ),
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": "Differences by criterion" },
      table(["criterion", "difference", "range", "times", "sign"], rows, `What ${first} causes more than ${second}`),
    ),
    element(
      "details",
      {},
      element("summary", {}, `${shared.length} factors are shared by both, and cancel`),
      element("p", { class: "note" }, `${shared.join(", ")}. By the energy of each; both are taken at the same bound.`),
    ),
  );
}

const section = (...content: readonly HTMLElement[]): HTMLElement =>
  element("section", { class: "comparison" }, element("h3", {}, "The difference"), ...content);

const energyText = (name: string, { impacts }: ComparedSide): string =>
  `${name} ${impacts.co2eGrams ? formatRange("co2eGrams", impacts.co2eGrams) : "unknown"}`;

const ratioText = ({ ratio }: Difference): string =>
  ratio ? `${formatNumber(ratio.central)} (${formatNumber(ratio.low)} to ${formatNumber(ratio.high)})` : "unknown";

function verdict(first: string, second: string, { low, high, ratio, decided }: Difference): string {
  if (!decided) return `Which of the two causes more CO₂e is not decided by what is published.`;
  const [more, less] = low > 0 ? [first, second] : [second, first];
  if (!ratio) return `${more} causes more CO₂e than ${less}.`;
  const [least, most] = high < 0 ? [1 / ratio.high, 1 / ratio.low] : [ratio.low, ratio.high];
  return `${more} causes ${formatNumber(least)} to ${formatNumber(most)} times the CO₂e of ${less}.`;
}
