import type { Labels } from "../model/request.ts";
import type { ApiFamily } from "../wire/routes.ts";

/** What all requests of one client to one host have in common. */
export interface Origin {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  readonly family: ApiFamily;
  /** The host, without path or query. */
  readonly host: string;
  readonly labels: Labels;
  readonly zone: string | undefined;
}
