/**
 * Returns what it is given as `this`, so that a subclass can put a private field on an object it did not create. What every
 * request passes has such a class written out: the engine learns by the place in the code what a slot is put on, and what
 * it learns of all slots of {@link stampOf} together is three times as slow (130 ns against 40 ns, measured on Node 24).
 */
export class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * A private slot on an object of someone else's: no own key, no symbol, nothing that the application could see or
 * copy, and several times cheaper than a WeakMap (15 ns against 500 ns, measured on Node 24).
 *
 * @returns the two functions of a new, independent slot
 */
export function stampOf<Value>(): {
  stamp(object: object, value: Value): void;
  read(object: object): Value | undefined;
} {
  class Stamped extends Given {
    #value!: Value;

    static stamp(object: object, value: Value): void {
      if (#value in object) object.#value = value;
      else new Stamped(object).#value = value;
    }

    static read(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }
  }
  return { stamp: (object, value) => Stamped.stamp(object, value), read: (object) => Stamped.read(object) };
}
