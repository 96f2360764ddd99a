import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { anthropicDialect } from "./anthropic/dialect.ts";
import { cohereDialect } from "./cohere/dialect.ts";
import { deliver, type Progress } from "./deliver.ts";
import { Refusal } from "./exchange.ts";
import { faultFromHeader, type Fault } from "./fault.ts";
import { parseForm } from "./form.ts";
import { geminiDialect } from "./gemini/dialect.ts";
import { mistralDialect } from "./mistral/dialect.ts";
import { ollamaDialect } from "./ollama/dialect.ts";
import { openaiDialect } from "./openai/dialect.ts";
import { replicateDialect } from "./replicate/dialect.ts";
import { route, type Dialects } from "./routing.ts";

export interface LocalProviderOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Before the headers of every answer; 0 by default. */
  readonly latencyMilliseconds?: number;
  /** Before each event of a stream; 0 by default. */
  readonly chunkIntervalMilliseconds?: number;
  /** Decides what goes wrong with a request; nothing by default. */
  readonly fault?: (request: SeenRequest) => Fault | undefined;
  /** How many of the latest requests are kept in `requests`; all by default. */
  readonly keptRequests?: number;
}

/** What the provider saw of one HTTP request, and what became of its answer. */
export interface SeenRequest extends Progress {
  readonly method: string;
  /** As it came, with the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface LocalProvider extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: the `endpoint` for `AzureOpenAI`. */
  readonly url: string;
  /** The `baseURL` for `OpenAI`. */
  readonly openaiBaseURL: string;
  /** The `serverURL` for `Mistral`. */
  readonly mistralServerURL: string;
  /** The `httpOptions.baseUrl` for `GoogleGenAI`. */
  readonly geminiBaseURL: string;
  /** The `baseUrl` for Cohere's clients. */
  readonly cohereBaseURL: string;
  /** The `host` for `Ollama`. */
  readonly ollamaHost: string;
  /** The `baseURL` for `Anthropic`. */
  readonly anthropicBaseURL: string;
  readonly replicateBaseURL: string;
  /** In the order in which they came. */
  readonly requests: readonly SeenRequest[];
  /** What the next requests meet, one each; `{}` is a plain answer. */
  enqueue(...faults: readonly Fault[]): void;
  /** Resolves when no answer is under way any more: each is complete, cut, or left by the client. */
  idle(): Promise<void>;
  /** Cuts every connection and stops. */
  close(): Promise<void>;
}

/** Starts an HTTP server on the loopback address that answers as the providers do that have a folder here. */
export async function startLocalProvider(options: LocalProviderOptions = {}): Promise<LocalProvider> {
  const requests: SeenRequest[] = [];
  const queue: Fault[] = [];
  const underWay = new Set<Promise<void>>();
  const dialects: Dialects = {
    openai: openaiDialect(),
    mistral: mistralDialect(),
    anthropic: anthropicDialect(),
    replicate: replicateDialect(),
    gemini: geminiDialect(),
    cohere: cohereDialect(),
    ollama: ollamaDialect(),
  };
  let count = 0;

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const number = (count += 1);
    response.sendDate = false;
    response.setHeader("x-request-id", `request-${number}`);
    const seen = { ...(await read(request)), chunksSent: 0, clientLeft: false };
    requests.push(seen);
    if (requests.length > (options.keptRequests ?? Infinity)) requests.shift();
    const fault: Fault = {
      latencyMilliseconds: options.latencyMilliseconds ?? 0,
      chunkIntervalMilliseconds: options.chunkIntervalMilliseconds ?? 0,
      ...(queue.shift() ?? options.fault?.(seen) ?? faultFromHeader(seen.headers["x-fault"])),
    };
    await deliver(route(dialects, { number, ...seen }, fault.status), fault, response, seen);
  }

  const server = createServer((request, response) => {
    const exchange = serve(request, response)
      .catch((error: unknown) => {
        const status = error instanceof Refusal ? error.status : 500;
        if (!response.headersSent) response.writeHead(status);
        response.end(String(error));
      })
      .finally(() => underWay.delete(exchange));
    underWay.add(exchange);
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function close() {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  return {
    url,
    openaiBaseURL: `${url}/v1`,
    mistralServerURL: `${url}/mistral`,
    geminiBaseURL: `${url}/gemini`,
    cohereBaseURL: `${url}/cohere`,
    ollamaHost: `${url}/ollama`,
    anthropicBaseURL: `${url}/anthropic`,
    replicateBaseURL: `${url}/replicate/v1`,
    requests,
    enqueue: (...faults) => queue.push(...faults),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function read(request: IncomingMessage) {
  const raw = await buffer(request);
  return {
    method: request.method!,
    url: request.url!,
    headers: request.headers,
    body: parse(raw, request.headers["content-type"] ?? ""),
  };
}

function parse(raw: Buffer, contentType: string): unknown {
  if (contentType.startsWith("multipart/form-data")) return parseForm(raw, contentType);
  if (raw.length === 0) return undefined;
  return JSON.parse(raw.toString()) as unknown;
}
