import { formatCount, formatPart, formatQuantity, formatShare } from "../../report/quantity.ts";
import type { DashboardSnapshot } from "../snapshot.ts";
import { element, find } from "./dom.ts";
import { moment } from "./moments.ts";
import { PAGE_TITLES } from "./titles.ts";

const CARDS = ["co2eGrams", "waterLitres", "energyJoules"] as const;

export function showTotals({ overall, known, process }: DashboardSnapshot): void {
  showWhose(process);
  const { completed, abandoned, failed } = overall.requests;
  const requests = completed + abandoned + failed;
  const cards = CARDS.map((criterion) => {
    const impact = overall[criterion];
    if (!impact)
      return card(criterion, PAGE_TITLES[criterion], "unknown", requests === 0 ? "nothing yet" : "no factor covers it");
    const { low, central, high } = impact;
    const bounds =
      low === high
        ? "no range published"
        : `between ${formatQuantity(criterion, low)} and ${formatQuantity(criterion, high)}`;
    const part = formatPart(known[criterion] ?? 0, known.footprint);
    const text = part === undefined ? bounds : `${bounds}; ${part}`;
    return card(criterion, PAGE_TITLES[criterion], formatQuantity(criterion, central), text);
  });
  const outcomes = [
    failed > 0 ? `${formatCount(failed)} failed` : "",
    abandoned > 0 ? `${formatCount(abandoned)} abandoned` : "",
    overall.coverage === undefined ? "none yet" : `${formatShare(overall.coverage)} with a footprint`,
  ].filter((text) => text !== "");
  find("#totals .cards").replaceChildren(
    ...cards,
    card("requests", "Requests", formatCount(requests), outcomes.join(", ")),
  );
}

/** Since when, and of which process; in the title too, for who has several open. */
function showWhose({ since, host, application }: DashboardSnapshot["process"]): void {
  const text = `${application === undefined ? "" : `${application} `}on ${host}, since ${moment(since)}`;
  const whose = find("#whose");
  if (whose.textContent !== text) whose.textContent = text;
  document.title = application === undefined ? "llm-footprint" : `${application} · llm-footprint`;
}

function card(name: string, title: string, value: string, text: string): HTMLElement {
  return element(
    "div",
    { class: "card", "data-total": name },
    element("h3", {}, title),
    element("p", { class: "value" }, value),
    element("p", { class: "bounds" }, text),
  );
}
