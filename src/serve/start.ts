import { once } from "node:events";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { Agent } from "undici";

import { calculatorHandler } from "../calculator/handler.ts";
import { createCatalogue } from "../factors/catalogue.ts";
import { assembleMeter, type AssembledMeter } from "../meter/create-meter.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { ServeConfiguration } from "./configuration.ts";
import { disclosureOf } from "./disclosure.ts";
import { Gateway, type GatewaySettings } from "./gateway.ts";
import { KNOWN_UPSTREAMS } from "./known-upstreams.ts";
import { labelReader } from "./request-labels.ts";
import { receivers } from "./receivers.ts";
import { createFootprintServer } from "./server.ts";
import { socketMeter } from "./socket-meter.ts";
import { upgrader } from "./upgrade.ts";
import { Upstream } from "./upstream.ts";

/** How soon a connection whose last answer has ended is closed while the server drains. */
const IDLE_SWEEP_MILLISECONDS = 20;

/** A server that runs. */
export interface Running {
  /** Such as `http://127.0.0.1:4141`. */
  readonly url: string;
  readonly meter: AssembledMeter["meter"];
  /**
   * Takes on another configuration while requests are under way.
   *
   * @throws ConfigurationError for a change that needs a restart; nothing is changed then
   */
  reload(configuration: ServeConfiguration): void;
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
 * @throws ConfigurationError for what the meter, the factors or the budgets refuse; Error when the address cannot be listened on
 */
export async function startServer(configuration: ServeConfiguration): Promise<Running> {
  const { host, port, labels, token, journal, budgets, factors } = configuration;
  const { meter, requests, gate, addEnded, settledFootprint } = assembleMeter({
    labels: Object.keys(labels),
    ...(journal !== undefined && { journal }),
    ...(budgets !== undefined && { budgets }),
    ...(factors.length > 0 && { catalogue: createCatalogue({ files: factors }) }),
  });
  const ownSalt = randomBytes(16).toString("hex");
  const dispatcher = new Agent({ allowH2: true, connections: null, pipelining: 1 });
  const disclosed = (request: PendingRequest): string | undefined =>
    disclosureOf(settledFootprint(request), request.start.origin.provider);
  const gateway = new Gateway(
    { requests, gate, dispatcher, disclosureOf: disclosed },
    settingsOf(configuration, ownSalt),
  );
  let draining = false;
  const authorize = token === undefined ? {} : { authorize: token };
  const page = meter.dashboard(authorize);
  const server = createFootprintServer(gateway, {
    metrics: meter.metricsHandler(),
    page,
    calculator: calculatorHandler(),
    receivers: receivers(Object.keys(labels), addEnded),
    ready: () => !draining,
  });
  // A WebSocket begins with HTTP/1.1.
  const socketDispatcher = new Agent({ allowH2: false });
  const upgrade = upgrader(gateway, socketDispatcher, ({ upstream, path, headers }) => {
    const url = new URL(upstream.origin + path);
    return socketMeter(requests, upstream, url, gateway.settings.labelsOf(headers, url.searchParams));
  });
  const sockets = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    upgrade(request, socket, head);
  });
  server.listen(port, host);
  await once(server, "listening");
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    meter,
    reload(changed) {
      checkReload(configuration, changed);
      gateway.settings = settingsOf(changed, ownSalt);
    },
    async drain(patienceMilliseconds) {
      draining = true;
      page.close();
      const closed = once(server, "close");
      server.close();
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MILLISECONDS);
      const cut = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }, patienceMilliseconds);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
      await meter.close();
      await Promise.all([dispatcher.destroy(), socketDispatcher.destroy()]);
    },
  };
}

function settingsOf(
  { upstreams, labels, salt, token, disclose }: ServeConfiguration,
  ownSalt: string,
): GatewaySettings {
  return {
    upstreams: new Map([...KNOWN_UPSTREAMS, ...upstreams].map((options) => [options.name, new Upstream(options)])),
    labelsOf: labelReader(labels, salt ?? ownSalt),
    token,
    disclose,
  };
}

/** What a running server cannot change: where it listens, and what its totals are kept by and in. */
function checkReload(before: ServeConfiguration, after: ServeConfiguration): void {
  const fixed = ({ host, port, labels, journal, budgets, factors, workers, token }: ServeConfiguration) => ({
    listen: `${host}:${port}`,
    "the names of labels": Object.keys(labels).toSorted().join(),
    journal,
    budgets,
    factors: factors.join(),
    workers,
    "access.token": token,
  });
  const [old, wanted] = [fixed(before), fixed(after)];
  const changed = (Object.keys(old) as (keyof typeof old)[]).find((key) => old[key] !== wanted[key]);
  if (changed === undefined) return;
  throw new ConfigurationError("reload", `${changed} cannot change while the server runs`, "Restart it instead.");
}
