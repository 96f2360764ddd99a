// cspell:ignore Uvicorn
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../grafana/stack/server-process.ts";
import { startGateway, startProgram, type Started } from "./processes.ts";

/** One way to the provider. */
export interface Arm {
  readonly name: string;
  /** The address of chat completions. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for the direct way, which has no process of its own. */
  readonly pid: number | undefined;
  readonly stop: () => void;
}

/** Where peers are installed, by `pip install 'litellm[proxy]'` and `npm install @portkey-ai/gateway http-proxy-3`. */
export interface PeerFolders {
  readonly litellm: string | undefined;
  readonly npm: string | undefined;
}

const CHAT = "/v1/chat/completions";
const PORTKEY = "node_modules/@portkey-ai/gateway/build/start-server.js";
const own = (name: string, { url, pid, stop }: Started, path = CHAT, headers = {}): Arm => ({
  name,
  url: url + path,
  headers,
  pid,
  stop,
});

async function nginx(provider: string): Promise<Arm> {
  const folder = mkdtempSync(join(tmpdir(), "llm-footprint-nginx-"));
  const port = await freePort();
  const server = `server { listen 127.0.0.1:${port}; location = /ready { return 200; } location / { proxy_pass ${provider}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }`;
  // An upstream with kept connections, as one would run it.
  const kept = server.replace(provider, "http://provider");
  const http = `http { access_log off; upstream provider { server ${new URL(provider).host}; keepalive 1024; } ${kept} }`;
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; error_log ${folder}/error.log; pid ${folder}/pid;\nevents { worker_connections 8192; }\n${http}`,
  );
  const child = spawn("nginx", ["-p", folder, "-c", file], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return own("nginx", { pid: child.pid!, url, stop: () => void child.kill() });
}

async function plainProxy(provider: string, folder: string): Promise<Arm> {
  const program = `import { createProxyServer } from "http-proxy-3"; import http from "node:http";
const agent = new http.Agent({ keepAlive: true });
const proxy = createProxyServer({ target: ${JSON.stringify(provider)}, agent });
proxy.on("error", (error, request, response) => response.destroy());
http.createServer((request, response) => proxy.web(request, response)).listen(0, "127.0.0.1", 8192, function () { console.log(this.address().port); });`;
  const file = join(folder, "plain-proxy.mjs");
  writeFileSync(file, program);
  return own("http-proxy-3, no meter", await startProgram(process.execPath, [file], /^(\d+)$/m));
}

/** Its streams are not answered: it adds to the headers of a `Response` of `fetch`, which cannot be changed. */
async function portkey(provider: string, folder: string): Promise<Arm> {
  const port = await freePort();
  const args = [join(folder, PORTKEY), "--headless", `--port=${port}`];
  const server = await startProgram(process.execPath, args, /(http:\/\/localhost:\d+|Ready for connections)/, {
    NODE_ENV: "production",
  });
  const headers = { "x-portkey-provider": "openai", "x-portkey-custom-host": `${provider}/v1` };
  return own("Portkey gateway 1.15.2", { ...server, url: `http://127.0.0.1:${port}` }, CHAT, headers);
}

async function litellm(provider: string, folder: string): Promise<Arm> {
  const port = await freePort();
  const file = join(mkdtempSync(join(tmpdir(), "llm-footprint-litellm-")), "config.yaml");
  const model = `model_list:\n  - model_name: gpt-4o\n    litellm_params: { model: openai/gpt-4o, api_base: "${provider}/v1", api_key: sk-none }\n`;
  writeFileSync(file, `${model}general_settings: { master_key: sk-secret }\n`);
  const args = ["--config", file, "--port", String(port), "--host", "127.0.0.1", "--num_workers", "1"];
  const command = join(folder, "bin/litellm");
  const says = /(Uvicorn running on http:\/\/\S+)/;
  const server = await startProgram(command, args, says, { LITELLM_LOCAL_MODEL_COST_MAP: "True" });
  return own("LiteLLM proxy 1.108.7", { ...server, url: `http://127.0.0.1:${port}` });
}

/** Every way that can be had here, the direct one first. */
export async function startArms(provider: string, { litellm: python, npm }: PeerFolders): Promise<readonly Arm[]> {
  const direct: Arm = { name: "direct", url: provider + CHAT, headers: {}, pid: undefined, stop: () => undefined };
  const arms = [direct, await nginx(provider)];
  if (npm !== undefined) arms.push(await plainProxy(provider, npm));
  arms.push(own("llm-footprint serve", await startGateway(provider), `/local${CHAT}`));
  const journal = await startGateway(provider, "journal: FOLDER/footprint.db\n");
  arms.push(own("the same, with a journal", journal, `/local${CHAT}`));
  if (npm !== undefined && existsSync(join(npm, PORTKEY))) arms.push(await portkey(provider, npm));
  if (python !== undefined) arms.push(await litellm(provider, python));
  return arms;
}
