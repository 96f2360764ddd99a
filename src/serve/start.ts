import { randomBytes } from "node:crypto";

import { calculatorHandler } from "../calculator/handler.ts";
import { createCatalogue, defaultCatalogue } from "../factors/catalogue.ts";
import { isUsers } from "../factors/factor.ts";
import type { AssembledMeter } from "../meter/assembled-meter.ts";
import { assembleMeter } from "../meter/create-meter.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { ServeConfiguration } from "./configuration.ts";
import { disclosureOf } from "../exporters/disclosure/disclosed-energy.ts";
import { Gateway } from "./gateway.ts";
import { gatewaySettings } from "./gateway-settings.ts";
import { openListener, type ListenAddress } from "./listener.ts";
import { receivers } from "./receivers.ts";
import { RelayedAnswers } from "./relayed-answers.ts";
import { SeenRequests } from "./seen-requests.ts";
import { checkZones } from "./zone-check.ts";
import { UpstreamAgents } from "./upstream-agents.ts";

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
  reload(configuration: ServeConfiguration): Promise<void>;
  /**
   * Takes no more requests, lets those under way end, and closes the meter with all that it keeps.
   *
   * @param patienceMilliseconds how long those under way may take; the rest is cut off and counted as abandoned
   */
  drain(patienceMilliseconds: number): Promise<void>;
}

/** A server of one process, with what workers in front of it need. */
export interface Started extends Running {
  readonly gate: AssembledMeter["gate"];
  /** Takes the ids of answers that were relayed by workers. */
  readonly answered: (id: string) => void;
  /** Of the credential hashes, where the configuration has none. */
  readonly ownSalt: string;
}

/**
 * Starts the gateway with its metrics and its page.
 *
 * @param address where it listens. @default what the configuration says
 * @throws ConfigurationError for what the meter, the factors or the budgets refuse; Error when the address cannot be listened on
 */
export async function startServer(
  configuration: ServeConfiguration,
  address: ListenAddress = { host: configuration.host, port: configuration.port },
): Promise<Started> {
  const { host, labels, token, journal, budgets, factors } = configuration;
  const catalogue = factors.length > 0 ? createCatalogue({ files: factors }) : undefined;
  const known = catalogue ?? defaultCatalogue();
  checkZones(configuration.upstreams, known);
  const { meter, requests, gate, addEnded, memory, settledFootprint } = assembleMeter({
    labels: Object.keys(labels),
    ...(journal !== undefined && { journal }),
    ...(budgets !== undefined && { budgets }),
    ...(catalogue && { catalogue }),
  });
  const ownSalt = randomBytes(16).toString("hex");
  const agents = new UpstreamAgents();
  const disclosed = (request: PendingRequest): string | undefined =>
    disclosureOf(settledFootprint(request), request.start.origin.provider);
  const relayed = new RelayedAnswers();
  const answered = (id: string): void => relayed.add(id);
  const parts = { requests, gate, agents, disclosureOf: disclosed, answered };
  const gateway = new Gateway(parts, gatewaySettings(configuration, ownSalt));
  const own = {
    metrics: meter.metricsHandler(),
    page: meter.dashboard(token === undefined ? {} : { authorize: token }),
    calculator: calculatorHandler(catalogue?.factors.filter(isUsers)),
    receivers: receivers(Object.keys(labels), addEnded, () => new SeenRequests(relayed, memory)),
  };
  const listener = await openListener(gateway, requests, own, address);
  return {
    url: urlOf(host, listener.port ?? 0),
    meter,
    gate,
    ownSalt,
    answered,
    reload(changed) {
      return Promise.resolve().then(() => {
        checkReload(configuration, changed);
        checkZones(changed.upstreams, known);
        gateway.settings = gatewaySettings(changed, ownSalt);
      });
    },
    async drain(patienceMilliseconds) {
      await listener.drain(patienceMilliseconds);
      await meter.close();
      await agents.destroy();
    },
  };
}

export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

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
