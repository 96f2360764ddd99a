import type { Accounting } from "../model/footprint.ts";
import { numbersOnly } from "../model/numbers-only.ts";
import type { Range } from "../model/range.ts";
import { STATED_BOUNDARIES, STATED_DOUBTS, STATED_METHODS, STATED_SOURCES, type Stated } from "../model/stated.ts";
import { isObject } from "../wire/json.ts";
import { providerNamed } from "../wire/names-of-gateways.ts";
import { placeNamed } from "../wire/stated/checked-statement.ts";
import type { Fields } from "./past-request.ts";

/** What a record of ours says that the provider stated: nothing, or `unreadable` where its own statement is broken. */
export function statedOf(fields: Fields): { readonly stated?: Stated | "unreadable" } {
  const { stated } = fields;
  if (stated === undefined || stated === null) return fields["statement"] === "unreadable" ? UNREADABLE : {};
  if (!isObject(stated)) return UNREADABLE;
  const source = among(STATED_SOURCES, stated["source"]);
  const method = among(STATED_METHODS, stated["method"]);
  const boundary = among(STATED_BOUNDARIES, stated["boundary"]);
  const amounts = AMOUNTS.flatMap((name) => (stated[name] === undefined ? [] : [[name, stated[name]] as const]));
  const range = stated["energyRangeJoules"];
  if (source === undefined || method === undefined || boundary === undefined) return UNREADABLE;
  if (amounts.length === 0 || !amounts.every(([, amount]) => isAmount(amount))) return UNREADABLE;
  if ((range !== undefined) !== (stated["energyJoules"] !== undefined) || !(range === undefined || isRange(range)))
    return UNREADABLE;
  const doubt = among(STATED_DOUBTS, stated["doubt"]);
  const location = typeof stated["location"] === "string" ? placeNamed(stated["location"]) : undefined;
  const servedBy = typeof stated["servedBy"] === "string" ? providerNamed(stated["servedBy"].slice(0, 64)) : undefined;
  return {
    stated: {
      ...{ source, method, boundary },
      ...Object.fromEntries(amounts),
      ...(range !== undefined && { energyRangeJoules: range }),
      accounting: among(ACCOUNTING, stated["accounting"]) ?? "unknown",
      ...(location !== undefined && { location }),
      ...(servedBy !== undefined && { servedBy }),
      ...(doubt !== undefined && { doubt }),
      raw: numbersOnly(stated["raw"]),
    },
  };
}

const ACCOUNTING: readonly Accounting[] = ["location", "market", "unknown"];
const UNREADABLE = { stated: "unreadable" } as const;
const AMOUNTS = ["energyJoules", "co2eGrams", "waterLitres"] as const;

const among = <Name extends string>(names: readonly Name[], value: unknown): Name | undefined =>
  names.find((name) => name === value);

const isAmount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value > 0;

function isRange(value: unknown): value is Range {
  if (!isObject(value)) return false;
  const { low, central, high } = value as Partial<Record<keyof Range, unknown>>;
  return (
    [low, central, high].every((bound) => isAmount(bound) || bound === 0) &&
    Number(low) <= Number(central) &&
    Number(central) <= Number(high)
  );
}
