import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

import { shown } from "../model/errors.ts";

/**
 * What is wrong with the name that a page was asked for by, if anything. A page that anyone may read is for those who can
 * reach it: a name that another owns and points here (DNS rebinding) would let any web site read it through the
 * browser of one who can. Addresses and the names of this machine cannot be pointed elsewhere.
 *
 * @param allowed further names, each with or without a port
 */
export function hostProblem(request: IncomingMessage, allowed: readonly string[]): string | undefined {
  const host = (request.headers.host ?? "").toLowerCase();
  const name = nameOf(host);
  if (isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost")) return undefined;
  if (allowed.some((one) => one.toLowerCase() === name || one.toLowerCase() === host)) return undefined;
  return `This page does not answer to the host ${shown(host)}. Name it in dashboard({ allowedHosts }), or protect the page with authorize.`;
}

/** A host without its port, without the brackets of IPv6 and the dot of the root. */
function nameOf(host: string): string {
  const name = /^\[(.*)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, "");
  return name.replace(/\.$/, "");
}
