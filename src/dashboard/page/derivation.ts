import type { DerivationView } from "../../report/derivation.ts";
import { element, find } from "./dom.ts";

/** Opens the window that says where a request's numbers come from. */
export async function showDerivation(id: string): Promise<void> {
  const dialog = find("#derivation") as HTMLDialogElement;
  const close = element("button", { type: "button", class: "close" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const content = element("div", { class: "content" }, "Loading…");
  dialog.replaceChildren(element("h2", { id: "derivation-title" }, "Where the numbers come from"), content, close);
  dialog.showModal();
  try {
    const response = await fetch(`requests/${encodeURIComponent(id)}.json`);
    if (!response.ok)
      throw new Error(response.status === 404 ? "it is no longer among the recent ones" : `status ${response.status}`);
    const { record, derivation } = (await response.json()) as { record: unknown; derivation?: DerivationView };
    content.replaceChildren(
      ...(derivation === undefined ? [] : steps(derivation)),
      element("h3", {}, "Request"),
      structure(record),
    );
  } catch (error) {
    content.replaceChildren(
      element("p", { class: "notice" }, `The request cannot be shown: ${(error as Error).message}.`),
    );
  }
}

function steps({ model, resolution, zone, catalogue, ...view }: DerivationView): Node[] {
  return [
    element("p", { class: "note" }, `${model} (by ${resolution}), zone ${zone}, catalogue ${catalogue}`),
    element("p", { class: "note" }, `Usage: ${view.usage}`),
    ...view.notes.map((note) => element("p", { class: "notice" }, note)),
    structure(view.totals),
    ...(view.steps.length === 0 ? [] : derivationOf(view)),
  ];
}

/** The steps and their sources; of a request without a footprint there are none. */
function derivationOf(view: Pick<DerivationView, "steps" | "sources">): Node[] {
  return [
    element("h3", {}, "Derivation"),
    element(
      "ol",
      { class: "steps" },
      ...view.steps.map(({ quantity, value, formula, sources }) =>
        element(
          "li",
          {},
          element("strong", {}, `${quantity}: ${value}`),
          element("p", { class: "note" }, `= ${formula}${sources.map((source) => ` [${source}]`).join("")}`),
        ),
      ),
    ),
    element("h3", {}, "Sources"),
    element(
      "ol",
      {},
      ...view.sources.map(({ factor, figures, title, url, licence }) =>
        element("li", {}, [`${factor}: ${title} (${licence})`, ...figures, ""].join("; "), structure(url)),
      ),
    ),
  ];
}

/** Any JSON as nested lists of names and values. */
function structure(value: unknown): Node {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return document.createTextNode(value.join(", ") || "none");
    return element("ol", {}, ...value.map((item: unknown) => element("li", {}, structure(item))));
  }
  if (typeof value === "object" && value !== null) {
    return element(
      "dl",
      {},
      ...Object.entries(value).flatMap(([name, item]) => [element("dt", {}, name), element("dd", {}, structure(item))]),
    );
  }
  const text = String(value);
  // Only addresses of sources become links: a label could hold anything.
  return /^https:\/\/[^\s]+$/.test(text)
    ? element("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text)
    : document.createTextNode(text);
}
