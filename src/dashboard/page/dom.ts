type Child = Node | string;

/** Said once more, since a table that is laid out as cards is a table to no screen reader otherwise. */
const TABLE_ROLES: Readonly<Record<string, string | undefined>> = {
  table: "table",
  thead: "rowgroup",
  tbody: "rowgroup",
  tr: "row",
  td: "cell",
};

/** An element; texts become text nodes, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  const role = tag === "th" ? `${attributes["scope"] === "row" ? "row" : "column"}header` : TABLE_ROLES[tag];
  if (role !== undefined) made.setAttribute("role", role);
  made.append(...children);
  return made;
}

/** An element of the page that is known to be there. */
export function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** A table whose first column names the row. */
export function table(header: readonly string[], rows: readonly (readonly Child[])[], caption: string): HTMLElement {
  const cell = (content: Child, column: number) =>
    column === 0
      ? element("th", { scope: "row" }, content)
      : element(
          "td",
          { "data-label": header[column]!, ...(typeof content === "string" && { class: "number" }) },
          typeof content === "string" ? breakingAtRange(content) : content,
        );
  return element(
    "table",
    {},
    element("caption", { class: "hidden" }, caption),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...header.map((title, column) =>
          element("th", { scope: "col", ...(isNumeric(rows, column) && { class: "number" }) }, title),
        ),
      ),
    ),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell)))),
  );
}

/** An amount and its range may stand on two lines; neither breaks by itself. */
const breakingAtRange = (text: string): string => text.replaceAll(/ (?!\()/g, "\u{A0}");

const isNumeric = (rows: readonly (readonly Child[])[], column: number): boolean =>
  column > 0 && rows.every((row) => typeof row[column] === "string");

/** A bar of a share from 0 to 1, for the eye only: its number stands beside it. */
export function bar(share: number, kind = ""): HTMLElement {
  const fill = element("span", { class: `fill ${kind}` });
  fill.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  return element("span", { class: "bar", "aria-hidden": "true" }, fill);
}

/** A group of radio buttons that look like a switch. */
export function choice(
  legend: string,
  options: readonly (readonly [value: string, title: string])[],
  chosen: string,
  onChoice: (value: string) => void,
): HTMLElement {
  const name = legend.toLowerCase().replaceAll(/\W+/g, "-");
  return element(
    "fieldset",
    { class: "choice" },
    element("legend", { class: "hidden" }, legend),
    ...options.map(([value, title]) => {
      const input = element("input", { type: "radio", name, value });
      input.checked = value === chosen;
      input.addEventListener("change", () => onChoice(value));
      return element("label", {}, input, element("span", {}, title));
    }),
  );
}
