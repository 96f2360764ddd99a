import type { BudgetState } from "../../budgets/accounts/state.ts";
import { formatCount, formatQuantity, formatShare } from "../../report/quantity.ts";
import type { DashboardSnapshot } from "../snapshot.ts";
import { bar, element, find } from "./dom.ts";
import { moment } from "./moments.ts";

export function showBudgets({ budgets }: Pick<DashboardSnapshot, "budgets">): void {
  find("#budgets").hidden = budgets.length === 0;
  const worstFirst = [...budgets].sort((a, b) => Number(refuses(b)) - Number(refuses(a)) || b.usedRatio - a.usedRatio);
  find("#budgets .budgets").replaceChildren(
    ...worstFirst.slice(0, showsAll ? worstFirst.length : SHOWN_FIRST).map(budgetCard),
  );
  offerAll(worstFirst.length, () => showBudgets({ budgets }));
}

/** Budgets with little room come first, and are what one looks for. */
const SHOWN_FIRST = 10;
let showsAll = false;
let offered = -1;

/** The button is made anew only when it says something else: it may have the focus. */
function offerAll(count: number, again: () => void): void {
  if (count === offered) return;
  offered = count;
  const place = find("#budgets .more");
  if (count <= SHOWN_FIRST) {
    place.replaceChildren();
    return;
  }
  const text = (): string => (showsAll ? `Show the ${SHOWN_FIRST} with least room` : `Show all ${formatCount(count)}`);
  const button = element("button", { type: "button" }, text());
  button.addEventListener("click", () => {
    showsAll = !showsAll;
    button.textContent = text();
    again();
  });
  place.replaceChildren(button);
}

function budgetCard(state: BudgetState): HTMLElement {
  const group = Object.entries(state.group).map(([name, value]) => `${name} ${value || "(none)"}`);
  const kind = state.usedRatio >= 1 ? "over" : state.usedRatio >= 0.8 ? "near" : "";
  const used = amount(state, state.used[state.bound]);
  return element(
    "div",
    { class: "card budget" },
    element("h3", {}, [state.budget, ...group].join(" · ")),
    element("p", { class: "value" }, formatShare(state.usedRatio)),
    bar(state.usedRatio, kind || (refuses(state) ? "near" : "")),
    element("p", {}, `${used} of ${amount(state, state.limit)}${verdict(kind)}; resets ${moment(state.resetsAt)}`),
    element("p", { class: "bounds" }, forecast(state)),
    element("p", { class: refuses(state) ? "notice" : "bounds" }, modeText(state)),
  );
}

/** Whether a request was refused in the present window. */
const refuses = ({ mode, refused, windowStart }: BudgetState): boolean =>
  mode === "refuse" && refused !== undefined && Date.parse(refused.lastAt) >= Date.parse(windowStart);

const MODE_TEXTS: Readonly<Record<BudgetState["mode"], string>> = {
  refuse: "Refuses",
  warn: "Warns",
  shadow: "Shadow",
};

function modeText({ mode, refused }: BudgetState): string {
  if (refused === undefined) return `${MODE_TEXTS[mode]}.`;
  const requests = `${formatCount(refused.requests)} request${refused.requests === 1 ? "" : "s"}`;
  const outcome = mode === "shadow" ? "would have been refused" : "refused";
  return `${MODE_TEXTS[mode]}: ${requests} ${outcome} since the process started, the last ${moment(refused.lastAt)}.`;
}

const verdict = (kind: string): string =>
  kind === "over" ? ", exhausted" : kind === "near" ? ", nearly exhausted" : "";

function forecast(state: BudgetState): string {
  if (state.usedRatio >= 1) return "";
  if (!state.forecast) return "Too early for a forecast.";
  const { exhaustedAt, used } = state.forecast;
  const earliest = exhaustedAt.central ?? exhaustedAt.earliest;
  if (earliest !== undefined) return `At the present rate exhausted ${moment(earliest)}.`;
  return `At the present rate ${formatShare(used[state.bound] / state.limit)} at its end.`;
}

function amount({ criterion }: BudgetState, value: number): string {
  return criterion === "tokens" || criterion === "requests"
    ? `${formatCount(value)} ${criterion}`
    : formatQuantity(criterion, value);
}
