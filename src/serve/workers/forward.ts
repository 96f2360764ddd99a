import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

import { headersDown, withoutHeaders } from "../headers.ts";

/** Hands an exchange on to the primary. @param body where it was read; undefined for what is still in the request */
export type Forward = (request: IncomingMessage, response: ServerResponse, body?: Buffer) => void;

/** Hands whole exchanges on to the primary: for what one process has to keep, such as the metrics and the live page. */
export function forwarder(primaryPath: string): Forward {
  const agent = new Agent({ keepAlive: true });
  return (request, response, body) => {
    const { method, url: path } = request;
    // The host stays: the live page answers to certain names only.
    const headers = withoutHeaders(request.rawHeaders, (name) => OF_CONNECTION.has(name));
    if (body) headers.push("content-length", String(body.byteLength));
    else if (request.headers["transfer-encoding"] !== undefined) headers.push("transfer-encoding", "chunked");
    else if (request.headers["content-length"] !== undefined)
      headers.push("content-length", request.headers["content-length"]);
    const up = httpRequest({ socketPath: primaryPath, agent, method, path, headers });
    up.on("response", (answer) => {
      response.writeHead(
        answer.statusCode ?? 502,
        answer.statusMessage,
        headersDown(answer.rawHeaders, answer.headers, false),
      );
      response.flushHeaders();
      pipeline(answer, response, () => undefined);
    });
    up.on("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { "Content-Type": "text/plain; charset=utf-8" }).end("the primary did not answer\n");
    });
    response.on("close", () => up.destroy());
    if (body) up.end(body);
    else request.pipe(up);
  };
}

const OF_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "expect", "upgrade"]);
