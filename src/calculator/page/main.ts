import { defaultCatalogue, withOwnFactors } from "../../factors/catalogue.ts";
import type { Factor } from "../../factors/factor.ts";
import { find } from "../../dashboard/page/dom.ts";
import { answer, problemText } from "../calculation.ts";
import { fromFragment, toFragment, type Inputs } from "../inputs.ts";
import { showAnswer, showProblem } from "./answer-view.ts";
import { fillForm, prepareForm, readForm } from "./form.ts";

const own = JSON.parse(find("#own-factors").textContent) as readonly Factor[];
const catalogue = own.length > 0 ? withOwnFactors(defaultCatalogue(), own) : defaultCatalogue();
/** How long the fields must be at rest before the address and what is announced follow. */
const REST_MILLISECONDS = 250;

let resting: ReturnType<typeof setTimeout> | undefined;

function show(inputs: Inputs): void {
  try {
    if (Object.keys(inputs.usage).length === 0) {
      showProblem("Say what the request used, such as 400 output tokens.");
      return;
    }
    showAnswer(inputs, answer(inputs, catalogue), catalogue);
  } catch (error) {
    showProblem(problemText(error));
  }
}

function keepInAddress(inputs: Inputs): void {
  history.replaceState(undefined, "", `#${toFragment(inputs)}`);
  find("#address").textContent = location.href;
}

prepareForm(catalogue, (inputs) => {
  clearTimeout(resting);
  resting = setTimeout(() => {
    show(inputs);
    keepInAddress(inputs);
  }, REST_MILLISECONDS);
});

function showAddress(): void {
  const inputs = fromFragment(location.hash);
  fillForm(inputs, catalogue);
  show(inputs);
  find("#address").textContent = location.href;
}

addEventListener("hashchange", showAddress);
showAddress();

find("#copy").addEventListener("click", () => {
  keepInAddress(readForm());
  void navigator.clipboard.writeText(location.href).then(
    () => (find("#copied").textContent = "The link is copied."),
    () => (find("#copied").textContent = "The link stands in the address bar."),
  );
});
find("#print").addEventListener("click", () => print());
// What is printed cannot be opened.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("#answer details")) details.open = true;
});
