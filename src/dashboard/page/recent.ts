import { formatCount, formatRange } from "../../report/quantity.ts";
import type { DashboardSnapshot, RecentRequest } from "../snapshot.ts";
import { showDerivation } from "./derivation.ts";
import { element, find } from "./dom.ts";

/** Rows stay the same elements, so that the focus is not lost when others come in. */
const rowOf = new Map<string, HTMLElement>();
let body: HTMLElement | undefined;

export function showRecent({ recent }: DashboardSnapshot): void {
  const place = find("#recent .scroll");
  if (recent.length === 0) {
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

function frame(content: HTMLElement): HTMLElement {
  const titles = ["time", "model", "labels", "outcome", "tokens", "CO2e", "evidence", ""];
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
            : element("th", { scope: "col" }, title),
        ),
      ),
    ),
    content,
  );
}

function newRow(request: RecentRequest): HTMLElement {
  const time = new Date(request.endedAt).toLocaleTimeString();
  const button = element("button", { type: "button" }, "How?");
  button.setAttribute("aria-label", `How the footprint of the request at ${time} was computed`);
  button.addEventListener("click", () => void showDerivation(request.id));
  return element(
    "tr",
    { "data-request": request.id },
    element("th", { scope: "row", class: "short" }, time),
    element("td", {}, `${request.model} (${request.operation})`),
    element(
      "td",
      {},
      Object.entries(request.labels)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ),
    element("td", { class: "short" }, request.outcome),
    element("td", { class: "number" }, request.tokens === undefined ? "unknown" : formatCount(request.tokens)),
    element("td", { class: "number" }, request.co2eGrams ? formatRange("co2eGrams", request.co2eGrams) : "unknown"),
    element("td", {}, (request.evidence ?? request.unattributedReason ?? "").replaceAll("_", " ")),
    element("td", { class: "short" }, button),
  );
}
