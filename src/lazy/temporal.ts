import type { Temporal } from "temporal-polyfill";

import { LazyPackage } from "./lazy-package.ts";

export const temporalPolyfill = new LazyPackage<typeof import("temporal-polyfill")>("temporal-polyfill");

/** The runtime's own `Temporal`, as Node has it from version 26 on, or the polyfill's. */
export const temporal = (): typeof Temporal =>
  (globalThis as { readonly Temporal?: typeof Temporal }).Temporal ?? temporalPolyfill.load().Temporal;
