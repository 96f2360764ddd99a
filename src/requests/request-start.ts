import type { Scope } from "../scopes/scopes.ts";
import type { Endpoint } from "../wire/dialect.ts";
import type { Asked } from "../wire/reading.ts";
import type { Origin } from "./binding.ts";
import type { AdmissionDecision } from "./gate.ts";
import type { RetryJudge } from "./retry-judge.ts";

/** What is known when a request begins. */
export interface RequestStart {
  readonly origin: Origin;
  readonly endpoint: Endpoint;
  readonly requestedModel: string | undefined;
  /** Whether the answer is to come as a stream, and be worked on in the background, as far as the body says. */
  readonly asked: Asked;
  readonly admission: AdmissionDecision | undefined;
  /** Whether budgets only count it. @default false */
  readonly isUnasked?: boolean | undefined;
  /** The size of the request's body where it is known, for estimating its tokens. */
  readonly requestBytes: number | undefined;
  readonly scope: Scope | undefined;
  /** It knows the client's call with all that was sent: a request that has settled, which its answer holds on to, has none. */
  judge: RetryJudge;
  /** What an exporter has noted where the request began. */
  readonly begun: unknown;
}
