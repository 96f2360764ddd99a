import type { Refusal } from "./refusal.ts";
import type { Upstream } from "./upstream.ts";

const TIMEOUTS = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** Whether an upstream took too long. */
export const isTimeout = (error: Error): boolean => TIMEOUTS.has((error as NodeJS.ErrnoException).code ?? "");

/** What the client is told where the upstream has not answered to the end. */
export const unreached = (error: Error, { name }: Upstream): Refusal =>
  isTimeout(error)
    ? { status: 504, message: `llm-footprint: the upstream ${name} did not answer in time` }
    : { status: 502, message: `llm-footprint: the upstream ${name} could not be reached, or broke off its answer` };
