import type { Endpoint } from "./dialect.ts";
import { silent } from "./silent.ts";

/** A POST that no family knows: a request whose usage nobody can read. */
export const UNKNOWN_API: Endpoint = { operation: "unknown", dialect: silent, role: "create" };
