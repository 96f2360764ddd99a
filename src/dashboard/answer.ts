import type { IncomingMessage, ServerResponse } from "node:http";

import type { Asset } from "./assets.ts";

/** What is sent back for a request. */
export type Answer = (response: ServerResponse) => void;

/** An answer that is never kept by a cache. */
export const bodyAnswer =
  (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, {
      ...headers,
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Length": Buffer.byteLength(body),
      "Cache-Control": "no-store",
    });
    response.end(response.req.method === "HEAD" ? undefined : body);
  };

export const textAnswer = (status: number, text: string, headers?: Readonly<Record<string, string>>): Answer =>
  bodyAnswer(status, "text/plain", `${text}\n`, headers);

export const jsonAnswer = (value: unknown): Answer => bodyAnswer(200, "application/json", JSON.stringify(value));

/** An asset is asked for again each time, and sent again only when it has changed. */
export const assetAnswer =
  (request: IncomingMessage, { type, body, tag }: Asset): Answer =>
  (response) => {
    const headers = { ETag: tag, "Cache-Control": "no-cache" };
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Length": Buffer.byteLength(body),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
