import { UNATTRIBUTED_REASONS } from "../../model/footprint.ts";
import { EVIDENCE_TITLES, REASON_TITLES } from "../../report/evidence-words.ts";
import { formatCount, formatRange } from "../../report/quantity.ts";
import type { DashboardSnapshot, RecentRequest } from "../snapshot.ts";
import { showDerivation } from "./derivation.ts";
import { element, find } from "./dom.ts";
import { clockTime } from "./moments.ts";

/** The label value that is shown, at first that of the address (`#label=team search`), and whether rows keep still. */
let shownLabel = new URLSearchParams(location.hash.slice(1)).get("label") ?? "";
let isPaused = false;
let controls = "";
let latest: Pick<DashboardSnapshot, "recent"> | undefined;

/** Rows stay the same elements, so that the focus is not lost when others come in. */
const rowOf = new Map<string, HTMLElement>();
let body: HTMLElement | undefined;

export function showRecent(snapshot: Pick<DashboardSnapshot, "recent">): void {
  latest = snapshot;
  if (!isPaused) renderRecent(snapshot);
}

function renderRecent(snapshot: Pick<DashboardSnapshot, "recent">): void {
  offerControls(snapshot.recent);
  const recent = snapshot.recent.filter((request) => shownLabel === "" || labelTexts(request).includes(shownLabel));
  const place = find("#recent .scroll");
  if (snapshot.recent.length === 0) {
    place.replaceChildren(
      element(
        "p",
        { class: "empty" },
        "No request has ended since the process started. Send one through a wrapped client.",
      ),
    );
    body = undefined;
    return;
  }
  if (!body) {
    body = element("tbody");
    place.replaceChildren(frame(body));
  }
  const rows = recent.map((request) => {
    const row = rowOf.get(request.id) ?? newRow(request);
    rowOf.set(request.id, row);
    return row;
  });
  for (const id of rowOf.keys()) if (!recent.some((request) => request.id === id)) rowOf.delete(id);
  // The newest stand first: what is there already is not moved.
  for (const row of [...body.children]) if (!rows.includes(row as HTMLElement)) row.remove();
  rows.forEach((row, index) => {
    if (body!.children[index] !== row) body!.insertBefore(row, body!.children[index] ?? null);
  });
}

const labelTexts = ({ labels }: RecentRequest): string[] =>
  Object.entries(labels)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name} ${value}`);

/** Made anew only when there is something else to choose: one of them may have the focus. */
function offerControls(recent: readonly RecentRequest[]): void {
  const values = [...new Set(recent.flatMap(labelTexts))].sort();
  if (shownLabel !== "" && !values.includes(shownLabel)) values.push(shownLabel);
  if (controls === JSON.stringify(values)) return;
  controls = JSON.stringify(values);
  const again = (): void => {
    if (latest) renderRecent(latest);
  };
  const filter = element(
    "select",
    {},
    element("option", { value: "" }, "all"),
    ...values.map((value) => element("option", { value }, value)),
  );
  filter.value = shownLabel;
  filter.addEventListener("change", () => {
    shownLabel = filter.value;
    again();
  });
  const pause = element("input", { type: "checkbox" });
  pause.checked = isPaused;
  pause.addEventListener("change", () => {
    isPaused = pause.checked;
    if (!isPaused) again();
  });
  find("#recent .controls").replaceChildren(
    element("label", { class: "inline" }, "Label ", filter),
    element("label", { class: "inline" }, pause, " Hold still"),
    element("a", { href: "snapshot.json", download: "llm-footprint.json" }, "Save as JSON"),
  );
}

function frame(content: HTMLElement): HTMLElement {
  const titles = [...TITLES, ""];
  return element(
    "table",
    {},
    element("caption", { class: "hidden" }, "The latest requests, newest first"),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...titles.map((title) =>
          title === ""
            ? element("th", { scope: "col" }, element("span", { class: "hidden" }, "derivation"))
            : element("th", { scope: "col", ...(NUMERIC.has(title) && { class: "number" }) }, title),
        ),
      ),
    ),
    content,
  );
}

const TITLES = ["time", "model", "labels", "outcome", "tokens", "CO₂e", "evidence"] as const;
const NUMERIC: ReadonlySet<string> = new Set(["tokens", "CO₂e"]);

const evidenceText = ({ evidence, unattributedReason }: RecentRequest): string => {
  if (evidence) return EVIDENCE_TITLES[evidence];
  const reason = UNATTRIBUTED_REASONS.find((each) => each === unattributedReason);
  return reason === undefined ? "" : `no footprint: ${REASON_TITLES[reason]}`;
};

function newRow(request: RecentRequest): HTMLElement {
  const time = clockTime(new Date(request.endedAt));
  const button = element("button", { type: "button" }, "How?");
  button.setAttribute("aria-label", `How the footprint of the request at ${time} was computed`);
  button.addEventListener("click", () => void showDerivation(request.id));
  return element(
    "tr",
    { "data-request": request.id },
    element("th", { scope: "row", class: "short" }, time),
    ...[
      `${request.model} (${request.operation})`,
      labelTexts(request).join(", "),
      request.outcome,
      request.tokens === undefined ? "unknown" : formatCount(request.tokens),
      request.co2eGrams ? formatRange("co2eGrams", request.co2eGrams) : "unknown",
      evidenceText(request),
    ].map((text, index) => {
      const label = TITLES[index + 1]!;
      return element("td", { "data-label": label, ...(NUMERIC.has(label) && { class: "number" }) }, text);
    }),
    element("td", { class: "short" }, button),
  );
}
