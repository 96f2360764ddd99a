import type { IncomingHttpHeaders } from "node:http";

/** Of a request and of an answer: more than any of their kind has, and more than the 16 KiB of Node.js. */
export const MOST_HEADER_BYTES = 64 * 1024;

/** Headers of one connection, which end at each hop (RFC 9110 §7.6.1), and those that a client sends us alone. */
const OF_THIS_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "expect",
]);

/** Headers that are meant for the gateway: labels and its own token. They never go up. */
const isOurs = (name: string): boolean => name.startsWith("x-footprint-");

/** Also those that the `connection` header names. */
function namedByConnection({ connection = "close" }: IncomingHttpHeaders): ReadonlySet<string> {
  if (connection === "keep-alive" || connection === "close") return OF_THIS_HOP;
  return new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
}

/**
 * The headers of a request as they go up: as they were sent, `accept-encoding` too, without those of this hop and ours.
 *
 * @param raw names and values in turn, as `IncomingMessage.rawHeaders`
 */
export function headersUp(raw: readonly string[], headers: IncomingHttpHeaders): string[] {
  const named = namedByConnection(headers);
  return withoutHeaders(raw, (name) => isOfThatHop(name, named) || isOurs(name));
}

/**
 * The headers of an answer as they go down: as they were sent, without those of that hop.
 *
 * @param mayTrail whether trailers can go down with it, which are then announced
 */
export function headersDown(raw: readonly string[], headers: IncomingHttpHeaders, mayTrail: boolean): string[] {
  const named = namedByConnection(headers);
  const isCoded = transferCoding(headers) !== "";
  return withoutHeaders(raw, (name) => {
    if (name === "trailer") return !mayTrail;
    return isOfThatHop(name, named) && !(isCoded && name === "transfer-encoding");
  });
}

/** What a body is coded in below its chunks, which nobody takes off on its way; nearly always nothing. */
export const transferCoding = (headers: IncomingHttpHeaders): string =>
  headerOf(headers, "transfer-encoding")
    ?.replace(/(?:^|,)\s*chunked\s*$/i, "")
    .trim() ?? "";

/** The trailers of an answer as they go down: without what would belong in its head, or cannot be written. */
export const trailersDown = (trailers: IncomingHttpHeaders): [name: string, value: string][] =>
  Object.entries(trailers).flatMap(([name, value]) =>
    OF_THIS_HOP.has(name) || name === "content-length"
      ? []
      : [value ?? []]
          .flat()
          .flatMap((each): [string, string][] => (/^[\t -~\x80-\xff]*$/.test(each) ? [[name, each]] : [])),
  );

const isOfThatHop = (name: string, named: ReadonlySet<string>): boolean => OF_THIS_HOP.has(name) || named.has(name);

/**
 * @param raw names and values in turn
 * @param leftOut is given names in lower case
 */
export function withoutHeaders(raw: readonly string[], leftOut: (name: string) => boolean): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (!leftOut(raw[index]!.toLowerCase())) headers.push(raw[index]!, raw[index + 1]!);
  }
  return headers;
}

/** The first value of a header. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};
