import type { Derivation } from "../../attribution/views/explain.ts";
import { element } from "../../dashboard/page/dom.ts";
import { PAGE_TITLES } from "../../dashboard/page/titles.ts";
import { CRITERION_FACTS, type Criterion } from "../../model/criteria.ts";
import { scale, type Range } from "../../model/range.ts";
import { formatQuantity } from "../../report/quantity.ts";

const SHOWN = ["co2eGrams", "waterLitres", "energyJoules", "primaryEnergyJoules", "abioticDepletionGramsSbEq"] as const;

interface Side {
  readonly name: string;
  readonly derivation: Derivation;
}

/** Each criterion with its central value, its range in words, and as a bar; two models on one scale. */
export function ranges(sides: readonly Side[], requests: number): HTMLElement {
  const rows = SHOWN.flatMap((criterion) => {
    const known = sides.map(({ name, derivation }) => {
      const impact = derivation.footprint?.[criterion];
      return { name, range: impact && scale(impact, requests) };
    });
    return known.some(({ range }) => range) || criterion !== "primaryEnergyJoules" ? [row(criterion, known)] : [];
  });
  return element("div", { class: `ranges${sides.length > 1 ? " two" : ""}` }, ...rows);
}

interface Known {
  readonly name: string;
  readonly range: Range | undefined;
}

function row(criterion: Criterion, known: readonly Known[]): HTMLElement {
  const values = known.flatMap(({ range }) => (range ? [range.low, range.high] : [])).filter((value) => value > 0);
  // Whole decades of the unit that people read: what a bar says can then be read off.
  const [unit] = CRITERION_FACTS[criterion].displayUnits[0];
  const decade = (value: number): number => Math.log10(value / unit);
  const [least, most] = [Math.floor(decade(Math.min(...values))), Math.ceil(decade(Math.max(...values)))];
  const place = (value: number): number => (100 * (decade(value) - least)) / Math.max(1, most - least);
  return element(
    "section",
    { class: "range", "data-criterion": criterion },
    element("h3", {}, PAGE_TITLES[criterion]),
    ...known.map(({ name, range }, index) =>
      element(
        "div",
        { class: `side side-${index + 1}` },
        ...(known.length > 1 ? [element("p", { class: "name" }, name)] : []),
        element("p", { class: "value" }, range ? formatQuantity(criterion, range.central) : "unknown"),
        element("p", { class: "bounds" }, range ? boundsText(criterion, range) : "no published factor covers it"),
        ...(range && values.length > 0 ? [track(range, place, most - least)] : []),
      ),
    ),
    ...(values.length > 0 && known.some(({ range }) => range && range.low !== range.high)
      ? [
          element(
            "p",
            { class: "scale", "aria-hidden": "true" },
            element("span", {}, formatQuantity(criterion, unit * 10 ** least)),
            element("span", {}, formatQuantity(criterion, unit * 10 ** most)),
          ),
        ]
      : []),
  );
}

const boundsText = (criterion: Criterion, { low, high }: Range): string =>
  low === high
    ? "no range published"
    : `between ${formatQuantity(criterion, low)} and ${formatQuantity(criterion, high)}`;

/** From low to high, with a mark at the central value, on a scale of powers of ten. For the eye only. */
function track({ low, central, high }: Range, place: (value: number) => number, decades: number): HTMLElement {
  const band = element("span", { class: "band" });
  const [from, to] = [low > 0 ? place(low) : 0, place(high)];
  band.style.left = `${from}%`;
  band.style.width = `${Math.max(0.5, to - from)}%`;
  const mark = element("span", { class: "mark" });
  mark.style.left = `${central > 0 ? place(central) : 0}%`;
  const ticks = Array.from({ length: Math.max(0, decades - 1) }, (_, index) => {
    const tick = element("span", { class: "tick" });
    tick.style.left = `${(100 * (index + 1)) / decades}%`;
    return tick;
  });
  return element("div", { class: "track", "aria-hidden": "true" }, ...ticks, band, mark);
}
