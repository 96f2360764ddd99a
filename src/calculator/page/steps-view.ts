import { element } from "../../dashboard/page/dom.ts";
import type { DerivationView } from "../../report/derivation.ts";

/** How a footprint is computed, and from which sources; closed until it is asked for. */
export function stepsView(name: string, view: DerivationView, isNamed: boolean): HTMLElement {
  const of = isNamed ? ` of ${name}` : "";
  if (view.steps.length === 0) return element("div");
  return element(
    "details",
    { class: "steps" },
    element(
      "summary",
      {},
      `How the footprint${of} is computed: ${view.steps.length} steps, ${view.sources.length} sources`,
    ),
    element("p", { class: "note" }, `${view.model} (by ${view.resolution}), zone ${view.zone}. Usage: ${view.usage}.`),
    ...view.notes.map((note) => element("p", { class: "notice" }, note)),
    element(
      "ol",
      {},
      ...view.steps.map(({ quantity, value, formula, substituted, sources }) =>
        element(
          "li",
          {},
          element("strong", {}, quantity),
          element("p", {}, value),
          element("p", { class: "note" }, `= ${formula}${sources.map((source) => ` [${source}]`).join("")}`),
          ...(substituted === undefined ? [] : [element("p", { class: "note" }, `= ${substituted}`)]),
        ),
      ),
    ),
    element("h4", {}, "Sources"),
    element(
      "ol",
      { class: "sources" },
      ...view.sources.map(({ factor, figures, title, url, licence }) =>
        element(
          "li",
          {},
          element("strong", {}, factor),
          element("p", {}, title),
          ...(figures.length > 0 ? [element("p", { class: "note" }, figures.join("; "))] : []),
          element("p", { class: "note" }, sourceLink(url), ` (${licence})`),
        ),
      ),
    ),
  );
}

const sourceLink = (url: string): Node =>
  /^https?:\/\/[^\s]+$/.test(url)
    ? element("a", { href: url, rel: "noopener noreferrer" }, url)
    : document.createTextNode(url);
