import { isObject, type JsonObject } from "./json.ts";

/** Where gateways put an answer that they hand on in an envelope: `{ "code": 0, "data": { "choices": …, "usage": … } }`. */
const INSIDES = ["data", "result"] as const;

/**
 * An answer without its envelope, where it has one.
 *
 * @param usageKey the key under which an answer holds its usage object: an object that has it is the answer itself
 */
export function opened(object: JsonObject, usageKey: string): JsonObject {
  if (isObject(object[usageKey])) return object;
  for (const key of INSIDES) {
    const inside = object[key];
    if (isObject(inside) && isObject(inside[usageKey])) return inside;
  }
  return object;
}
