import { formatCount, formatRangeIn, formatShare, unitFor } from "../../report/quantity.ts";
import type { Cause, DashboardSnapshot } from "../snapshot.ts";
import { bar, choice, element, find, table } from "./dom.ts";
import { withSubscripts } from "./titles.ts";

/** Labels that every request has; the application's own come first. */
const COMMON = ["model", "provider", "operation"];

const ORDERS = [
  ["co2e", "CO2e"],
  ["requests", "requests"],
  ["mean", "CO2e per request"],
  ["name", "name"],
] as const;
type Order = (typeof ORDERS)[number][0];

let chosen: string | undefined;
let order: Order = "co2e";
let offered = "";
let latest: DashboardSnapshot | undefined;

export function showCauses(snapshot: DashboardSnapshot): void {
  latest = snapshot;
  const names = Object.keys(snapshot.causes);
  const ordered = [...names.filter((name) => !COMMON.includes(name)), ...COMMON.filter((name) => names.includes(name))];
  if (chosen === undefined || !names.includes(chosen)) chosen = ordered[0];
  offerNames(ordered);
  const place = find("#causes .scroll");
  place.classList.remove("skeleton");
  const causes = chosen === undefined ? [] : (snapshot.causes[chosen] ?? []);
  if (chosen === undefined || causes.length === 0) {
    place.replaceChildren(element("p", { class: "empty" }, "Nothing yet."));
    return;
  }
  const whole = snapshot.overall.co2eGrams?.central ?? 0;
  const largest = (values: readonly number[]) => unitFor("co2eGrams", Math.max(0, ...values));
  const units = {
    co2e: largest(causes.flatMap(({ co2eGrams }) => co2eGrams?.central ?? [])),
    mean: largest(causes.flatMap((cause) => meanOf(cause) ?? [])),
  };
  place.replaceChildren(
    table(
      [chosen, "share of CO₂e", "CO₂e", "requests", "tokens", "CO₂e per request"],
      sorted(causes).map((cause) => row(cause, whole, units)),
      `CO₂e by ${chosen}`,
    ),
  );
}

/** The choice is made anew only when there is something else to choose: it may have the focus. */
function offerNames(names: readonly string[]): void {
  if (names.join() === offered) return;
  offered = names.join();
  const options = names.map((name) => [name, name] as const);
  const again = (): void => {
    if (latest) showCauses(latest);
  };
  const sort = element(
    "select",
    {},
    ...ORDERS.map(([value, title]) => element("option", { value }, withSubscripts(title))),
  );
  sort.addEventListener("change", () => {
    order = ORDERS.find(([value]) => value === sort.value)?.[0] ?? "co2e";
    again();
  });
  find("#causes .controls").replaceChildren(
    choice("Grouped by", options, chosen ?? "", (name) => {
      chosen = name;
      again();
    }),
    element("label", { class: "inline" }, "Sorted by ", sort),
  );
}

const meanOf = ({ co2eGrams, requests }: Cause): number | undefined =>
  co2eGrams && requests > 0 ? co2eGrams.central / requests : undefined;

/** Those that are not shown by name stay last. */
function sorted(causes: readonly Cause[]): readonly Cause[] {
  const number: Readonly<Record<Exclude<Order, "name">, (cause: Cause) => number>> = {
    co2e: ({ co2eGrams }) => co2eGrams?.central ?? -1,
    requests: ({ requests }) => requests,
    mean: (cause) => meanOf(cause) ?? -1,
  };
  return [...causes].sort((a, b) => {
    const isLast = Number(a.value === undefined) - Number(b.value === undefined);
    if (isLast !== 0) return isLast;
    return order === "name" ? (a.value ?? "").localeCompare(b.value ?? "", "en") : number[order](b) - number[order](a);
  });
}

type Units = Readonly<Record<"co2e" | "mean", ReturnType<typeof unitFor>>>;

function row(cause: Cause, whole: number, units: Units): (Node | string)[] {
  const { value, co2eGrams, requests, tokens } = cause;
  const share = co2eGrams && whole > 0 ? co2eGrams.central / whole : undefined;
  const mean = meanOf(cause);
  return [
    value === undefined ? "all others" : value === "" ? "(none)" : value,
    element("span", { class: "share" }, bar(share ?? 0), element("span", {}, formatShare(share))),
    co2eGrams ? formatRangeIn(units.co2e, co2eGrams) : "unknown",
    formatCount(requests),
    tokens === undefined ? "unknown" : formatCount(tokens),
    mean === undefined ? "unknown" : formatRangeIn(units.mean, { low: mean, central: mean, high: mean }),
  ];
}
