/**
 * What is known of requests under way, by their ids. Not a `Map`: its outgrown tables keep what was deleted reachable until
 * the whole heap is collected, which comes to over 100 MB where each request is added and deleted.
 */
export class ByRequest<Value extends object> {
  readonly #values = Object.create(null) as Record<string, Value>;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): Value | undefined {
    return this.#values[id];
  }

  has(id: string): boolean {
    return id in this.#values;
  }

  set(id: string, value: Value): void {
    if (!this.has(id)) this.#size += 1;
    this.#values[id] = value;
  }

  /** @returns what was there */
  delete(id: string): Value | undefined {
    const value = this.#values[id];
    if (value === undefined) return undefined;
    this.#size -= 1;
    Reflect.deleteProperty(this.#values, id);
    return value;
  }

  /** All of them as they are now: who goes through them may delete them. */
  entries(): [id: string, value: Value][] {
    return Object.entries(this.#values);
  }
}
