import type { Labels } from "../model/request.ts";
import type { Requests } from "../requests/requests.ts";
import { SocketTurns } from "../requests/socket-turns.ts";
import { isObject, parsed } from "../wire/json.ts";
import { MAY_TELL_OF_TURNS } from "../wire/socket-reader.ts";
import type { Upstream } from "./upstream.ts";

/** Sees the messages that come down a socket. Never throws. */
export interface SocketMeter {
  message(data: Buffer): void;
  closed(): void;
}

/** Counts each turn of a relayed socket as a request. @param url of the socket at the upstream */
export function socketMeter(requests: Requests, { binding }: Upstream, url: URL, labels: Labels): SocketMeter {
  const turns = new SocketTurns(requests, { ...binding.originOf(url), labels }, url);
  return {
    message(data) {
      if (requests.closed || !MAY_TELL_OF_TURNS.test(data.toString("latin1"))) return;
      const message = parsed(data.toString("utf8"));
      if (isObject(message)) turns.received(message);
    },
    closed: () => turns.closed(),
  };
}
