import type { ServeConfiguration } from "./configuration.ts";
import type { GatewaySettings } from "./gateway.ts";
import { KNOWN_UPSTREAMS } from "./known-upstreams.ts";
import { labelReader } from "./request-labels.ts";
import { Upstream } from "./upstream.ts";

/** What a configuration says of the gateway. @param ownSalt of the credential hashes, where the configuration has none */
export function gatewaySettings(
  {
    upstreams,
    labels,
    salt,
    token,
    disclose,
  }: Pick<ServeConfiguration, "upstreams" | "labels" | "salt" | "token" | "disclose">,
  ownSalt: string,
): GatewaySettings {
  return {
    upstreams: new Map([...KNOWN_UPSTREAMS, ...upstreams].map((options) => [options.name, new Upstream(options)])),
    labelsOf: labelReader(labels, salt ?? ownSalt),
    token,
    disclose,
  };
}
