import { AsyncLocalStorage } from "node:async_hooks";

import type { Labels } from "../model/request.ts";
import type { Measurement } from "./measurement.ts";

/** What surrounds a request in the application's own call tree. */
export interface Scope {
  /** The labels of all enclosing scopes, inner ones winning. */
  readonly labels: Labels;
  /** The measurements that are under way, outermost first. */
  readonly measurements: readonly Measurement[];
}

/** The scopes of one meter. A request takes the scope it begins in; what happens to the scope later is nothing to it. */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Scope>();

  current(): Scope | undefined {
    return this.#storage.getStore();
  }

  withLabels<Result>(labels: Labels, run: () => Result): Result {
    const outer = this.current();
    const scope = { labels: { ...outer?.labels, ...labels }, measurements: outer?.measurements ?? [] };
    const result = this.#storage.run(scope, run);
    if (isGenerator(result)) this.#keepInside(result, scope);
    return result;
  }

  withMeasurement<Result>(measurement: Measurement, run: () => Result): Result {
    const outer = this.current();
    return this.#storage.run(
      { labels: outer?.labels ?? {}, measurements: [...(outer?.measurements ?? []), measurement] },
      run,
    );
  }

  /** A generator runs where it is asked for its values, which is outside the function that made it. */
  #keepInside(generator: AsyncGenerator | Generator, scope: Scope): void {
    for (const key of ["next", "return", "throw"] as const) {
      const method = Reflect.get(generator, key) as (this: unknown, value: unknown) => unknown;
      const value = (given: unknown): unknown => this.#storage.run(scope, () => method.call(generator, given));
      Object.defineProperty(generator, key, { value, writable: true, configurable: true });
    }
  }
}

const GENERATORS = new Set(["[object AsyncGenerator]", "[object Generator]"]);

const isGenerator = (value: unknown): value is AsyncGenerator | Generator =>
  GENERATORS.has(Object.prototype.toString.call(value));
