import type { IncomingMessage, ServerResponse } from "node:http";

import { createCatalogue } from "../../factors/catalogue.ts";
import { assembleMeter } from "../../meter/create-meter.ts";
import { meterWorker } from "../../meter/meter-worker.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { FAMILIES } from "../../wire/families.ts";
import { disclosureOf } from "../../exporters/disclosure/disclosed-energy.ts";
import { Gateway, type GatewaySettings } from "../gateway.ts";
import { gatewaySettings } from "../gateway-settings.ts";
import { openListener } from "../listener.ts";
import { receivers } from "../receivers.ts";
import type { OwnRoutes } from "../server.ts";
import { UpstreamAgents } from "../upstream-agents.ts";
import type { AskingGate } from "./asking-gate.ts";
import { forwarder, type Forward } from "./forward.ts";
import { SeenRequests } from "../seen-requests.ts";
import { batched } from "./batched.ts";
import type { WorkerMessage, WorkerSettings } from "./primary-messages.ts";

/** One of the processes that share the port. */
export interface ServingWorker {
  configure(settings: WorkerSettings): void;
  /** Lets what is under way end, and has it all counted. */
  drain(patienceMilliseconds: number): Promise<void>;
}

/**
 * Relays and meters what runs a model; everything else goes to the primary.
 *
 * @throws Error when the address cannot be listened on
 */
export async function startWorker(
  settings: WorkerSettings,
  gate: AskingGate,
  send: (message: WorkerMessage) => void,
): Promise<ServingWorker> {
  const { meter, requests, settledFootprint } = assembleMeter(
    {
      labels: Object.keys(settings.labels),
      ...(settings.factors.length > 0 && { catalogue: createCatalogue({ files: settings.factors }) }),
    },
    gate,
  );
  meterWorker(meter);
  const forward = forwarder(settings.primaryPath);
  const agents = new UpstreamAgents();
  const parts = {
    requests,
    gate,
    agents,
    forward,
    answered: batched<string>((ids) => send({ serve: "answered", ids })),
    settleAtOnce: () => requests.settlePending(),
    disclosureOf: (request: PendingRequest) => disclosureOf(settledFootprint(request), request.start.origin.provider),
  };
  const gateway = new Gateway(parts, settingsOf(settings));
  const listener = await openListener(gateway, requests, routesTo(forward), settings.listen);
  return {
    configure(changed) {
      gateway.settings = settingsOf(changed);
    },
    async drain(patienceMilliseconds) {
      await listener.drain(patienceMilliseconds);
      await meter.close();
      await agents.destroy();
    },
  };
}

const settingsOf = ({ upstreams, ...settings }: WorkerSettings): GatewaySettings =>
  gatewaySettings(
    {
      ...settings,
      upstreams: upstreams.map(({ family, ...options }) => ({
        ...options,
        family: FAMILIES.find(({ name }) => name === family),
      })),
    },
    settings.salt,
  );

/** What the server answers itself is the primary's to answer. */
function routesTo(forward: Forward): Omit<OwnRoutes, "ready"> {
  const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    forward(request, response);
    return Promise.resolve();
  };
  /** Among them streams that never end by themselves. */
  const open = new Set<ServerResponse>();
  const page = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open.add(response);
    response.once("close", () => open.delete(response));
    return handle(request, response);
  };
  const close = (): void => open.forEach((response) => response.destroy());
  const paths = receivers(
    [],
    () => undefined,
    () => new SeenRequests(new Set()),
  ).keys();
  return {
    metrics: handle,
    page: Object.assign(page, { close }),
    calculator: handle,
    receivers: new Map(Array.from(paths, (path) => [path, handle])),
  };
}
