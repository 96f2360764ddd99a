import { stampOf } from "./stamp.ts";

const KEY = Symbol.for("llm-footprint");

type Slot<Value> = ReturnType<typeof stampOf<Value>>;
type Shared = Map<string, unknown>;

/**
 * What all copies of the package in this process share: two versions in one dependency tree, or two bundles that each hold
 * one. Made on first use, so that importing the package changes no global.
 *
 * @param name with the version of the value's shape behind a slash, which copies of different age agree on
 */
export function processWide<Value>(name: string, make: () => Value): Value {
  const holder = globalThis as { [KEY]?: Shared };
  if (!holder[KEY]) Object.defineProperty(holder, KEY, { value: new Map() satisfies Shared });
  const shared = holder[KEY]!;
  if (!shared.has(name)) shared.set(name, make());
  return shared.get(name) as Value;
}

/** A private slot that every copy of the package can read. @param make as the first copy makes it */
export function sharedStampOf<Value>(name: string, make: () => Slot<Value> = stampOf<Value>): Slot<Value> {
  let slot: Slot<Value> | undefined;
  const opened = () => (slot ??= processWide(name, make));
  return { stamp: (object, value) => opened().stamp(object, value), read: (object) => opened().read(object) };
}
