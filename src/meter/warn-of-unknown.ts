import { shown } from "../model/errors.ts";
import type { Origin } from "../requests/binding.ts";
import type { Warnings } from "./warnings.ts";

/** Says, once each, what of requests nobody knows or another counts, and what to do about it. */
export const warnOfUnknown = (warnings: Warnings) => ({
  unknownModel: (provider: string, model: string): void => {
    if (model === "") return;
    const message = `the catalogue does not know the model ${shown(model)} of ${shown(provider)}`;
    warnings.once("LLM_FOOTPRINT_UNKNOWN_MODEL", message);
  },
  unknownApi: (host: string): void => {
    const message = `an API of ${shown(host)} is not known, so its requests have no footprint; report their usage with meter.record()`;
    warnings.once("LLM_FOOTPRINT_UNKNOWN_API", message);
  },
  unknownProvider: ({ host, zone }: Origin): void => {
    const assumed = zone === undefined ? ", at the world's average electricity" : "";
    const remedy = zone === undefined ? "provider and zone" : "provider";
    const message = `no provider is known of the host ${shown(host)}, so its requests count under the provider "unknown"${assumed}; set ${remedy} in meter.wrap() or meter.fetch()`;
    warnings.once("LLM_FOOTPRINT_UNKNOWN_PROVIDER", message);
  },
  leftToGateway: (host: string): void => {
    const message = `the gateway at ${shown(host)} counts the requests that pass it, so this meter leaves them to it; set behindGateway: "count" in meter.wrap() or meter.fetch() to count them here as well`;
    warnings.once("LLM_FOOTPRINT_GATEWAY", message);
  },
});
