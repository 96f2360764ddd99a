import { METHODOLOGIES, type Methodology } from "../../attribution/selection/methodology.ts";
import { element, find } from "../../dashboard/page/dom.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { usualProvider } from "../../factors/usual-provider.ts";
import { USAGE_CLASSES } from "../../model/usage.ts";
import { readAmount, type Inputs } from "../inputs.ts";

const METHODOLOGY_TITLES: Readonly<Record<Methodology, string>> = {
  "best-evidence": "The best evidence there is for the model",
  "mistral-lca": "Mistral's life-cycle assessment, scaled",
  energy: "Energy, grid and hardware",
};

const USAGE_TITLES: Readonly<Record<(typeof USAGE_CLASSES)[number], string>> = {
  inputTokens: "Input tokens",
  outputTokens: "Output tokens",
  cacheReadTokens: "Input tokens from the cache",
  cacheWriteTokens: "Input tokens written to the cache",
  reasoningTokens: "Reasoning tokens",
  audioSeconds: "Seconds of audio",
  images: "Images",
  pages: "Pages",
  videos: "Videos",
  videoSeconds: "Seconds of video",
  videoMegapixelSeconds: "Seconds of video × megapixels",
};
/** The classes that stand in the form at once; the others under "More". */
const FIRST = ["inputTokens", "outputTokens"] as const;

/** Requests that people know, by what they use. */
const PRESETS: readonly (readonly [title: string, input: number, output: number])[] = [
  ["A short answer", 200, 300],
  ["A page of text", 800, 600],
  ["A long document", 20_000, 1000],
  ["An agent's step", 60_000, 2000],
];

const field = (name: string): HTMLInputElement | HTMLSelectElement =>
  find(`#inputs [name="${name}"]`) as HTMLInputElement | HTMLSelectElement;

const textOf = (name: string): string | undefined => {
  const text = field(name).value.trim();
  return text === "" ? undefined : text;
};

/** Fills the lists to choose from, and calls back with every change. */
export function prepareForm(catalogue: Catalogue, onChange: (inputs: Inputs) => void): void {
  const { models, providers, regions } = catalogue;
  find("#models").replaceChildren(
    ...models.map(({ name, developer }) => element("option", { value: name }, developer)),
  );
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
  find("#places").replaceChildren(
    ...Object.entries(regions.countries).map(([zone, code]) =>
      element("option", { value: zone }, names.of(code) ?? ""),
    ),
    ...Object.entries(regions.regions).map(([region, zone]) => element("option", { value: region }, zone)),
  );
  field("provider").append(...providers.map(({ name }) => element("option", { value: name }, name)));
  find("#usage").replaceChildren(...FIRST.map((name) => amountField(name, USAGE_TITLES[name])));
  find("#more-usage").replaceChildren(
    ...USAGE_CLASSES.filter((name) => !FIRST.some((first) => first === name)).map((name) =>
      amountField(name, USAGE_TITLES[name]),
    ),
  );
  find("#methods").append(
    ...METHODOLOGIES.map((name) => {
      const input = element("input", { type: "radio", name: "methodology", value: name });
      return element("label", { class: "radio" }, input, element("span", {}, METHODOLOGY_TITLES[name]));
    }),
  );
  const changed = (): void => {
    sayDefaults(catalogue);
    onChange(readForm());
  };
  find("#presets").append(
    ...PRESETS.map(([title, input, output]) => {
      const button = element("button", { type: "button", class: "chip" }, title);
      button.title = `${input} input and ${output} output tokens`;
      button.addEventListener("click", () => {
        field("inputTokens").value = String(input);
        field("outputTokens").value = String(output);
        changed();
      });
      return button;
    }),
  );
  find("#inputs").addEventListener("input", changed);
  find("#inputs").addEventListener("submit", (event) => event.preventDefault());
  find("#model").addEventListener("change", () => sayDefaults(catalogue));
}

function amountField(name: string, title: string): HTMLElement {
  const input = element("input", { type: "number", name, id: name, min: "0", step: "any", inputmode: "decimal" });
  return element("div", { class: "field" }, element("label", { for: name }, title), input);
}

/** What is taken for a field that is left empty. */
function sayDefaults(catalogue: Catalogue): void {
  const model = field("model").value.trim();
  const developer = usualProvider(catalogue, model);
  field("provider").querySelector("option")!.textContent =
    developer === "unknown" ? "not known" : `its developer (${developer})`;
  const provider = textOf("provider") ?? developer;
  const zone = catalogue.provider(provider)?.zone;
  (field("zone") as HTMLInputElement).placeholder =
    zone === undefined ? "the world's average" : `where it is served: ${zone}`;
}

export function fillForm({ usage, requests, methodology, ...texts }: Inputs, catalogue: Catalogue): void {
  for (const name of ["model", "versus", "provider", "zone", "operation", "reasoningEffort"] as const) {
    const value = texts[name] ?? "";
    const input = field(name);
    // A provider that the catalogue does not know can still be asked for.
    if (input instanceof HTMLSelectElement && value !== "" && ![...input.options].some((one) => one.value === value)) {
      input.append(element("option", { value }, value));
    }
    input.value = value;
  }
  for (const name of USAGE_CLASSES) field(name).value = usage[name] === undefined ? "" : String(usage[name]);
  field("requests").value = String(requests);
  for (const radio of document.querySelectorAll<HTMLInputElement>('[name="methodology"]'))
    radio.checked = radio.value === methodology;
  const isMore =
    texts.operation ??
    texts.reasoningEffort ??
    Object.keys(usage).find((name) => !FIRST.some((first) => first === name));
  if (isMore !== undefined) (find("#more") as HTMLDetailsElement).open = true;
  sayDefaults(catalogue);
}

export function readForm(): Inputs {
  const texts = (["versus", "provider", "zone", "operation", "reasoningEffort"] as const).flatMap((name) => {
    const text = textOf(name);
    return text === undefined ? [] : [[name, text]];
  });
  const usage = USAGE_CLASSES.flatMap((name) => {
    const amount = readAmount(field(name).value);
    return amount === undefined ? [] : [[name, amount]];
  });
  const chosen = document.querySelector<HTMLInputElement>('[name="methodology"]:checked')?.value;
  return {
    model: textOf("model") ?? "",
    ...(Object.fromEntries(texts) as Partial<Inputs>),
    methodology: METHODOLOGIES.find((each) => each === chosen) ?? METHODOLOGIES[0],
    usage: Object.fromEntries(usage) as Inputs["usage"],
    requests: readAmount(field("requests").value) || 1,
  };
}
