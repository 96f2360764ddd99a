/**
 * Sets a property on an object itself, as invisible to enumeration as the method it stands for.
 *
 * @param enumerable of a property that the object does not have
 * @returns what puts back the property as it was; where another has replaced ours in the meantime, theirs stays
 */
export function override(object: object, key: string, value: unknown, enumerable = false): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? enumerable,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, key)?.value !== value) return;
    if (before) Object.defineProperty(object, key, before);
    else Reflect.deleteProperty(object, key);
  };
}

/** Shows the object that an inherited getter gives to a function, before whoever reads it has it. */
export function whenRead(object: object, key: string, show: (value: object) => void): () => void {
  const get = function (this: unknown): unknown {
    const value: unknown = Reflect.get(Object.getPrototypeOf(object) as object, key, this);
    if (this === object && typeof value === "object" && value !== null) show(value);
    return value;
  };
  Object.defineProperty(object, key, { get, configurable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, key)?.get === get) Reflect.deleteProperty(object, key);
  };
}
