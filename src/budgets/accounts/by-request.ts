/** Places at first; always a power of two. */
const FEWEST_PLACES = 16;

/**
 * What is known of requests under way, by their ids. Not a `Map`: its outgrown tables keep what was deleted reachable until
 * the whole heap is collected, which comes to over 100 MB where each request is added and deleted. Nor an object: each
 * new key of one is looked up among all names of the process first, which takes longer than all the rest of a budget.
 *
 * A table with open addresses: an id stands at the place that its end says, or at the next ones that were free.
 */
export class ByRequest<Value extends object> {
  #ids = empty<string>(FEWEST_PLACES);
  #values = empty<Value>(FEWEST_PLACES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): Value | undefined {
    return this.#values[this.#placeOf(id)];
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  set(id: string, value: Value): void {
    let place = this.#placeOf(id);
    if (this.#ids[place] === undefined) {
      // A quarter of the places at least stays free, so that ways to them are short.
      if (4 * (this.#size + 1) > 3 * this.#ids.length) {
        this.#grow();
        place = this.#placeOf(id);
      }
      this.#size += 1;
      this.#ids[place] = id;
    }
    this.#values[place] = value;
  }

  /** @returns what was there */
  delete(id: string): Value | undefined {
    const place = this.#placeOf(id);
    const value = this.#values[place];
    if (value === undefined) return undefined;
    this.#free(place);
    this.#size -= 1;
    return value;
  }

  /** All of them as they are now: who goes through them may delete them. */
  entries(): [id: string, value: Value][] {
    return this.#ids.flatMap((id, place) => (id === undefined ? [] : [[id, this.#values[place]!]]));
  }

  /** Where an id stands, or would stand. */
  #placeOf(id: string): number {
    const ids = this.#ids;
    const last = ids.length - 1;
    let place = hashOf(id) & last;
    while (ids[place] !== undefined && ids[place] !== id) place = (place + 1) & last;
    return place;
  }

  /** Empties a place, and moves up whoever stands behind it only because it was taken. */
  #free(place: number): void {
    const ids = this.#ids;
    const values = this.#values;
    const last = ids.length - 1;
    let free = place;
    for (let next = (free + 1) & last; ids[next] !== undefined; next = (next + 1) & last) {
      const wanted = hashOf(ids[next]!) & last;
      if (((next - wanted) & last) < ((next - free) & last)) continue;
      ids[free] = ids[next];
      values[free] = values[next];
      free = next;
    }
    ids[free] = undefined;
    values[free] = undefined;
  }

  /** What so many requests at a time took once, they may take again: it is not given back. */
  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    this.#ids = empty(2 * ids.length);
    this.#values = empty(2 * ids.length);
    ids.forEach((id, from) => {
      if (id === undefined) return;
      const place = this.#placeOf(id);
      this.#ids[place] = id;
      this.#values[place] = values[from];
    });
    // The outgrown lists may outlive what stood in them.
    ids.fill(undefined);
    values.fill(undefined);
  }
}

const empty = <Item>(places: number): (Item | undefined)[] => new Array<Item | undefined>(places).fill(undefined);

/** The characters that a hash is made of, from the end: of a random id, these tell it from any other. */
const HASHED_CHARACTERS = 8;

function hashOf(id: string): number {
  let hash = id.length;
  for (let index = Math.max(0, id.length - HASHED_CHARACTERS); index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x5bd1e995);
  }
  return hash ^ (hash >>> 15);
}
