/**
 * Loaded before a snippet of the documentation: every provider that it calls is a local one, whatever the host, and
 * `llm-footprint` is what stands in this repository.
 */
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import tls from "node:tls";

const source = (path: string): string => new URL(`../../../src/${path}.ts`, import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const [, entry] = /^llm-footprint(?:\/(.+))?$/.exec(specifier) ?? [undefined, undefined];
    return specifier === "llm-footprint" || entry !== undefined
      ? { url: source(entry ?? "index"), shortCircuit: true }
      : next(specifier, context);
  },
});

const port = Number(process.env["SNIPPET_PROVIDERS_PORT"]);
const http2Port = Number(process.env["SNIPPET_PROVIDERS_HTTP2_PORT"]);

/** The platform's fetch sends whole addresses of others to the local providers as a path. */
const platform = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const asked = new URL(input instanceof Request ? input.url : String(input));
  const isOwn = asked.hostname === "127.0.0.1" && asked.port !== OLLAMA_PORT;
  const url = isOwn ? asked.href : `http://127.0.0.1:${port}/${asked.host}${asked.pathname}${asked.search}`;
  return platform(input instanceof Request ? new Request(url, input) : url, init);
};

const OLLAMA_PORT = "11434";

/** What else opens an encrypted connection gets a plain one to them: HTTP/2 says so in its offer, sockets and others do not. */
const connectPlainly = (...parameters: readonly unknown[]): unknown => {
  const options = parameters.find((each) => typeof each === "object") as tls.ConnectionOptions | undefined;
  const isHttp2 = Array.isArray(options?.ALPNProtocols) && options.ALPNProtocols.includes("h2");
  return connect(isHttp2 ? http2Port : port, "127.0.0.1");
};
Object.assign(tls, { connect: connectPlainly });
syncBuiltinESMExports();
