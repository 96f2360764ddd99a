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
    return this.#storage.run({ labels: { ...outer?.labels, ...labels }, measurements: outer?.measurements ?? [] }, run);
  }

  withMeasurement<Result>(measurement: Measurement, run: () => Result): Result {
    const outer = this.current();
    return this.#storage.run(
      { labels: outer?.labels ?? {}, measurements: [...(outer?.measurements ?? []), measurement] },
      run,
    );
  }
}
