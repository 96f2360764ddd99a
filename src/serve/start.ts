import { once } from "node:events";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";

import { assembleMeter, type AssembledMeter } from "../meter/create-meter.ts";
import type { ServeConfiguration } from "./configuration.ts";
import { Gateway } from "./gateway.ts";
import { KNOWN_UPSTREAMS } from "./known-upstreams.ts";
import { labelReader } from "./labels.ts";
import { createFootprintServer } from "./server.ts";
import { Upstream } from "./upstream.ts";

/** How soon a connection whose last answer has ended is closed while the server drains. */
const IDLE_SWEEP_MILLISECONDS = 20;

/** A server that runs. */
export interface Running {
  /** Such as `http://127.0.0.1:4141`. */
  readonly url: string;
  readonly meter: AssembledMeter["meter"];
  /**
   * Takes no more requests, lets those under way end, and closes the meter with all that it keeps.
   *
   * @param patienceMilliseconds how long those under way may take; the rest is cut off and counted as abandoned
   */
  drain(patienceMilliseconds: number): Promise<void>;
}

/**
 * Starts the gateway with its metrics and its page.
 *
 * @throws ConfigurationError for what the meter or the budgets refuse; Error when the address cannot be listened on
 */
export async function startServer(configuration: ServeConfiguration): Promise<Running> {
  const { host, port, labels, token, journal, budgets } = configuration;
  const { meter, requests, gate } = assembleMeter({
    labels: Object.keys(labels),
    ...(journal !== undefined && { journal }),
    ...(budgets !== undefined && { budgets }),
  });
  const dispatcher = new Agent({ allowH2: true, connections: null, pipelining: 1 });
  const gateway = new Gateway({
    requests,
    gate,
    dispatcher,
    upstreams: upstreamsOf(configuration),
    labelsOf: labelReader(labels, configuration.salt ?? randomBytes(16).toString("hex")),
    token,
  });
  let draining = false;
  const page = meter.dashboard(token === undefined ? {} : { authorize: token });
  const server = createFootprintServer(gateway, {
    metrics: meter.metricsHandler(),
    page,
    receivers: new Map(),
    ready: () => !draining,
    token,
  });
  server.listen(port, host);
  await once(server, "listening");
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    meter,
    async drain(patienceMilliseconds) {
      draining = true;
      page.close();
      const closed = once(server, "close");
      server.close();
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MILLISECONDS);
      const cut = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
      await meter.close();
      await dispatcher.destroy();
    },
  };
}

function upstreamsOf({ upstreams }: ServeConfiguration): ReadonlyMap<string, Upstream> {
  return new Map([...KNOWN_UPSTREAMS, ...upstreams].map((options) => [options.name, new Upstream(options)]));
}
