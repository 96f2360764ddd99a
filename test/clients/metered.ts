import type { Wrapper } from "./contract.ts";

export function meteredBy(): Wrapper | undefined {
  return undefined;
}
