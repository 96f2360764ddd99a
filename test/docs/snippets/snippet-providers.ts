import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { buffer } from "node:stream/consumers";
import { WebSocketServer } from "ws";

import { startLocalProvider } from "../../../examples/local-provider/local-provider.ts";

/** Where the local provider has what a host has. */
const MOUNTS: readonly (readonly [address: RegExp, localPath: string])[] = [
  [/^api\.openai\.com\/v1/, "/openai/v1"],
  [/^api\.groq\.com\/openai\/v1/, "/openai/v1"],
  [/^api\.together\.(?:xyz|ai)\/v1/, "/openai/v1"],
  [/^openrouter\.ai\/api\/v1/, "/openai/v1"],
  [/^10\.0\.0\.5:8000\/v1/, "/openai/v1"],
  [/^example\.openai\.azure\.com\/openai/, "/openai"],
  [/^example\.services\.ai\.azure\.com\/models/, "/openai/v1"],
  [/^api\.anthropic\.com/, "/anthropic"],
  [/^api\.mistral\.ai/, "/mistral"],
  [/^europe-west4-aiplatform\.googleapis\.com\/v1\/.*:rawPredict/, "/mistral/v1/chat/completions"],
  [/^api\.cohere\.com/, "/cohere"],
  [/^generativelanguage\.googleapis\.com/, "/gemini"],
  [/^127\.0\.0\.1:11434/, "/ollama"],
];

/** The providers that snippets call, for `snippet-world.ts`. */
export interface SnippetProviders {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSnippetProviders(): Promise<SnippetProviders> {
  const provider = await startLocalProvider();

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host = "", ...headers } = request.headers;
    const address = host.startsWith("127.0.0.1:") ? request.url!.slice(1) : `${host}${request.url}`;
    const mount = MOUNTS.find(([pattern]) => pattern.test(address));
    if (!mount) return void response.writeHead(404).end(`No snippet is expected to call ${address}`);
    const [pattern, localPath] = mount;
    const body = await buffer(request);
    const answer = await fetch(`${provider.url}${address.replace(pattern, localPath)}`, {
      method: request.method!,
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === "string" && !HOP_BY_HOP.has(name) ? [[name, value]] : [],
      ),
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const server = createServer((request, response) => {
    relay(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) =>
    socket.on("message", () => {
      for (const event of SOCKET_ANSWER) socket.send(JSON.stringify(event));
    }),
  );
  const bedrock = createHttp2Server((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(CONVERSE_ANSWER));
    });
  });
  const environment = {
    SNIPPET_PROVIDERS_PORT: String(await listening(server)),
    SNIPPET_PROVIDERS_HTTP2_PORT: String(await listening(bedrock)),
  };
  return {
    environment,
    async close() {
      sockets.close();
      server.close();
      server.closeAllConnections();
      bedrock.close();
      await provider.close();
    },
  };
}

const HOP_BY_HOP: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding", "keep-alive"]);

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Of OpenAI's realtime API. */
const SOCKET_ANSWER = [
  { type: "response.created", response: { object: "realtime.response", id: "resp_1" } },
  {
    type: "response.done",
    response: {
      object: "realtime.response",
      id: "resp_1",
      status: "completed",
      usage: { total_tokens: 12, input_tokens: 5, output_tokens: 7 },
    },
  },
];

/** Of Bedrock. */
const CONVERSE_ANSWER = {
  output: { message: { role: "assistant", content: [{ text: "The air scatters blue light." }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 },
};
