import { defaultCatalogue } from "../../factors/catalogue.ts";
import { usualProvider } from "../../factors/usual-provider.ts";
import type { Usage } from "../../model/usage.ts";
import type { AttributionOptions } from "../selection/selection.ts";
import { explain, type Derivation } from "./explain.ts";

/** A request that someone describes. */
export interface DescribedRequest {
  /** As the provider calls it. */
  readonly model: string;
  /** As OpenTelemetry's `gen_ai.provider.name`; @default the model's developer */
  readonly provider?: string | undefined;
  /** @default `chat` */
  readonly operation?: string | undefined;
  readonly reasoningEffort?: string | undefined;
  readonly usage: Usage;
  /** @default 0 */
  readonly durationSeconds?: number | undefined;
}

/** The footprint of a request that was never made, with every step. */
export function estimate(request: DescribedRequest, options: AttributionOptions = {}): Derivation {
  const { model, operation = "chat", reasoningEffort, usage, durationSeconds = 0 } = request;
  const provider = request.provider ?? usualProvider(options.catalogue ?? defaultCatalogue(), model);
  const described = {
    provider,
    requestedModel: model,
    respondedModel: undefined,
    operation,
    zone: undefined,
    ...(reasoningEffort !== undefined && { reasoningEffort }),
    usage,
    durationSeconds,
    footprint: undefined,
  };
  // Nothing was recorded that the derivation could disagree with.
  return { ...explain(described, options), agrees: true };
}
