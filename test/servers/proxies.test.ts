// cspell:ignore fastcgi uwsgi scgi
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import OpenAI from "openai";
import { Agent, fetch } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import { freePort, startServer } from "../../grafana/stack/server-process.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { running, serving, stopAll } from "../serve/serving.ts";
import { selfSigned } from "./self-signed.ts";

afterEach(stopAll);

const DEPLOY = `${import.meta.dirname}/../../deploy`;

interface Proxy {
  readonly name: string;
  /** The command and its arguments, with everything that it needs in the folder. */
  prepare(place: Place): readonly [command: string, ...args: string[]];
}

interface Place {
  readonly folder: string;
  readonly port: number;
  /** Address and port of the gateway. */
  readonly gateway: string;
  readonly certificate: string;
  readonly key: string;
}

const PROXIES: readonly Proxy[] = [
  {
    name: "nginx",
    prepare({ folder, port, gateway, certificate, key }) {
      const site = readFileSync(join(DEPLOY, "nginx.conf"), "utf8")
        .replace("listen 443", `listen 127.0.0.1:${port}`)
        .replace("127.0.0.1:4141", gateway)
        .replace("/etc/nginx/footprint.crt", certificate)
        .replace("/etc/nginx/footprint.key", key);
      const file = join(folder, "nginx.conf");
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      );
      writeFileSync(
        file,
        `daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary.join(" ")}\n${site}}`,
      );
      return ["nginx", "-p", folder, "-c", file];
    },
  },
  {
    name: "Caddy",
    prepare({ folder, port, gateway, certificate, key }) {
      const site = readFileSync(join(DEPLOY, "Caddyfile"), "utf8")
        .replace("footprint.example.com {", `https://localhost:${port} {\n\ttls ${certificate} ${key}`)
        .replace("127.0.0.1:4141", gateway);
      const file = join(folder, "Caddyfile");
      writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
      return ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
    },
  },
];

/** The proxy with its published configuration before a gateway, and that before an upstream. */
async function behind(proxy: Proxy, upstream: string) {
  const server = await serving({ upstreams: [{ name: "local", url: upstream, provider: "openai" }] });
  const { folder, certificate, key } = selfSigned();
  const port = await freePort();
  const gateway = new URL(server.url).host;
  const [command, ...args] = proxy.prepare({ folder, port, gateway, certificate, key });
  const ca = readFileSync(certificate, "utf8");
  const url = `https://localhost:${port}`;
  const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, NODE_EXTRA_CA_CERTS: certificate };
  const dispatcher = new Agent({ connect: { ca }, allowH2: true });
  const child = await startServer(command, args, url, "/healthz", home, (address) => fetch(address, { dispatcher }));
  running.push(async () => {
    await dispatcher.close();
    await child.stop();
  });
  return { url, ca, dispatcher, records: server.records };
}

const event = (fields: object): string =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "gpt-4o", ...fields })}\n\n`;

describe.each(PROXIES)("$name with the published configuration", (proxy) => {
  test("passes the first event of a stream on while the provider holds the next", async () => {
    const held: ServerResponse[] = [];
    const provider = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event({ choices: [{ index: 0, delta: { content: "one" } }] }));
      held.push(response);
    }).listen(0, "127.0.0.1");
    await once(provider, "listening");
    running.push(async () => {
      provider.close();
      await Promise.resolve();
    });
    const { url, dispatcher, records } = await behind(
      proxy,
      `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    );
    const client = new OpenAI({
      apiKey: "k",
      baseURL: `${url}/local/v1`,
      maxRetries: 0,
      fetch: (address, options) =>
        fetch(address as string, { ...options, dispatcher } as object) as Promise<unknown> as Promise<Response>,
    });
    const stream = await client.chat.completions.create({ model: "gpt-4o", messages: [], stream: true });
    const texts: unknown[] = [];
    for await (const chunk of stream) {
      texts.push(chunk.choices[0]?.delta.content ?? chunk.usage?.completion_tokens);
      // The provider goes on only when the first event has come through.
      held
        .pop()
        ?.end(
          `${event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 } })}data: [DONE]\n\n`,
        );
    }
    expect(texts).toStrictEqual(["one", 7]);
    await expect
      .poll(() => records)
      .toMatchObject([{ outcome: "completed", usage: { inputTokens: 3, outputTokens: 7 } }]);
  });

  test("passes WebSockets on", async () => {
    const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(sockets, "listening");
    running.push(async () => {
      sockets.close();
      await Promise.resolve();
    });
    const done = {
      type: "response.done",
      response: { id: "r1", status: "completed", model: "gpt-realtime", usage: { input_tokens: 4, output_tokens: 5 } },
    };
    sockets.on("connection", (socket) => socket.on("message", () => socket.send(JSON.stringify(done))));
    const { url, ca, records } = await behind(proxy, `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
    const socket = new WebSocket(`${url.replace("https", "wss")}/local/v1/realtime?model=gpt-realtime`, { ca });
    await once(socket, "open");
    const answered = once(socket, "message") as Promise<[Buffer]>;
    socket.send(JSON.stringify({ type: "response.create" }));
    expect(JSON.parse((await answered)[0].toString())).toStrictEqual(done);
    await expect.poll(() => records).toMatchObject([{ usage: { inputTokens: 4, outputTokens: 5 } }]);
    const closed = once(socket, "close");
    socket.close();
    await closed;
  });
});

test("the unit is one that systemd takes", () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const unit = join(folder, "llm-footprint.service");
  writeFileSync(
    unit,
    readFileSync(join(DEPLOY, "llm-footprint.service"), "utf8").replace(
      "/usr/local/bin/llm-footprint",
      process.execPath,
    ),
  );
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
  expect({
    status,
    output: `${stdout}${stderr}`.split("\n").filter((line) => line.includes("llm-footprint")),
  }).toStrictEqual({
    status: 0,
    output: [],
  });
});
