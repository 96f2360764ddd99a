import { LazyPackage } from "./lazy-package.ts";

export type Valibot = typeof import("valibot");

export const valibot = new LazyPackage<Valibot>("valibot");

/** A schema that is made on first use: few applications bring anything that has to be checked by one. */
export function lazySchema<Schema>(make: (v: Valibot) => Schema): () => Schema {
  let schema: Schema | undefined;
  return () => (schema ??= make(valibot.load()));
}
