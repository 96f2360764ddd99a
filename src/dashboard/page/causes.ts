import { formatCount, formatRange, formatShare } from "../../report/quantity.ts";
import type { Cause, DashboardSnapshot } from "../snapshot.ts";
import { bar, choice, element, find, table } from "./dom.ts";

/** Labels that every request has; the application's own come first. */
const COMMON = ["model", "provider", "operation"];

let chosen: string | undefined;
let offered = "";

export function showCauses(snapshot: DashboardSnapshot): void {
  const names = Object.keys(snapshot.causes);
  const ordered = [...names.filter((name) => !COMMON.includes(name)), ...COMMON.filter((name) => names.includes(name))];
  if (chosen === undefined || !names.includes(chosen)) chosen = ordered[0];
  offerNames(ordered, snapshot);
  const place = find("#causes .scroll");
  const causes = chosen === undefined ? [] : (snapshot.causes[chosen] ?? []);
  if (chosen === undefined || causes.length === 0) {
    place.replaceChildren(element("p", { class: "empty" }, "Nothing yet."));
    return;
  }
  const whole = snapshot.overall.co2eGrams?.central ?? 0;
  place.replaceChildren(
    table(
      [chosen, "share of CO2e", "CO2e", "requests", "tokens"],
      causes.map((cause) => row(cause, whole)),
      `CO2e by ${chosen}`,
    ),
  );
}

/** The choice is made anew only when there is something else to choose: it may have the focus. */
function offerNames(names: readonly string[], snapshot: DashboardSnapshot): void {
  if (names.join() === offered) return;
  offered = names.join();
  const options = names.map((name) => [name, name] as const);
  find("#causes .controls").replaceChildren(
    choice("Grouped by", options, chosen ?? "", (name) => {
      chosen = name;
      showCauses(latest ?? snapshot);
    }),
  );
}

let latest: DashboardSnapshot | undefined;

/** The snapshot that a later choice is shown from. */
export function keepForChoices(snapshot: DashboardSnapshot): void {
  latest = snapshot;
}

function row({ value, co2eGrams, requests, tokens }: Cause, whole: number): (Node | string)[] {
  const share = co2eGrams && whole > 0 ? co2eGrams.central / whole : undefined;
  return [
    value === undefined ? "all others" : value === "" ? "(none)" : value,
    element("span", { class: "share" }, bar(share ?? 0), element("span", {}, formatShare(share))),
    co2eGrams ? formatRange("co2eGrams", co2eGrams) : "unknown",
    formatCount(requests),
    tokens === undefined ? "unknown" : formatCount(tokens),
  ];
}
