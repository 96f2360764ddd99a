import { STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import type { ApiFamily } from "../wire/family.ts";
import { refusalAnswer, type Refusal } from "./refusal.ts";

/** As `node:http` reports it, with the bytes that it could not read. */
interface ClientError extends Error {
  readonly code?: string;
  /** The parser's own words, which repeat nothing of the request. */
  readonly reason?: string;
  readonly rawPacket?: Buffer;
}

/**
 * Answers what cannot be read as a request: broken or ambiguous HTTP, heads that are too large or do not come to their
 * end. The connection is closed, since nobody knows where the next request would begin.
 */
export function clientErrorHandler(
  server: Server,
  familyOf: (method: string, path: string) => ApiFamily | undefined,
): (error: ClientError, socket: Duplex) => void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (request, response) => void underWay.set(request.socket, response));
  return (error, socket) => {
    const response = underWay.get(socket);
    const answers = response !== undefined && response.headersSent && !response.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable || answers) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const [, method, path] = REQUEST_LINE.exec(error.rawPacket?.toString("latin1", 0, 4096) ?? "") ?? [];
    const { headers, body } = refusalAnswer(method && path ? familyOf(method, path) : undefined, refusal);
    const lines = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`, ...lines].join("\r\n");
    socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
  };
}

const REQUEST_LINE = /^([A-Z]+) (\/[^ ]*) HTTP\//;

function refusalOf({ code, reason }: ClientError): Refusal {
  if (code === "HPE_HEADER_OVERFLOW")
    return { status: 431, message: "llm-footprint: expected headers of 64 KiB or less" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { status: 408, message: "llm-footprint: the head of the request did not come in time" };
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW")
    return { status: 413, message: "llm-footprint: expected chunks with short extensions" };
  return { status: 400, message: `llm-footprint: the request is not valid HTTP/1.1${reason ? `: ${reason}` : ""}` };
}
