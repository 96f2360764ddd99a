import type { Outcome } from "../model/request.ts";
import type { PendingRequest } from "./pending-request.ts";

/** Hosts come from outside, and must not fill the memory. */
const MOST_GATEWAYS = 100;

/** The gateways of ours that have answered requests of this meter, and which requests are left to them. */
export class KnownGateways {
  readonly #hosts = new Set<string>();
  readonly #passed = new WeakSet<PendingRequest>();

  /** A gateway says that it has counted a request. */
  add(request: PendingRequest): void {
    this.#passed.add(request);
    if (this.#hosts.size < MOST_GATEWAYS) this.#hosts.add(request.start.origin.host);
  }

  /** Whether a gateway counts a request that has ended: one that has said so, or one that saw who has left before it could. */
  count(request: PendingRequest, outcome: Outcome, errorType: string | undefined): boolean {
    if (this.#hosts.size === 0) return false;
    const { host, mayBeGateway = false } = request.start.origin;
    const hasLeft = outcome === "abandoned" || errorType === "timeout";
    return this.#passed.has(request) || (mayBeGateway && hasLeft && this.#hosts.has(host));
  }
}
