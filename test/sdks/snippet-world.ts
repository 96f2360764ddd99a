/**
 * Loaded before a snippet of the documentation: every provider that it calls is the local one, whatever the host, and
 * `llm-footprint` is what stands in this repository.
 */
import { registerHooks } from "node:module";

const source = (path: string): string => new URL(`../../src/${path}.ts`, import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const [, entry] = /^llm-footprint(?:\/(.+))?$/.exec(specifier) ?? [undefined, undefined];
    return specifier === "llm-footprint" || entry !== undefined
      ? { url: source(entry ?? "index"), shortCircuit: true }
      : next(specifier, context);
  },
});

const local = process.env["LOCAL_PROVIDER"]!;

/** Where the local provider has what a host has. */
const MOUNTS: Readonly<Record<string, readonly [path: string, localPath: string]>> = {
  "api.openai.com": ["/v1", "/openai/v1"],
  "api.groq.com": ["/openai/v1", "/openai/v1"],
  "api.together.xyz": ["/v1", "/openai/v1"],
  "api.together.ai": ["/v1", "/openai/v1"],
  "openrouter.ai": ["/api/v1", "/openai/v1"],
  "api.anthropic.com": ["", "/anthropic"],
  "api.cohere.com": ["", "/cohere"],
  "generativelanguage.googleapis.com": ["", "/gemini"],
  "127.0.0.1:11434": ["", "/ollama"],
};

const platform = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const asked = new URL(input instanceof Request ? input.url : String(input));
  const mount = MOUNTS[asked.host];
  if (!mount) throw new Error(`A snippet calls ${asked.host}, which is not here`);
  const url = `${local}${mount[1]}${asked.pathname.slice(mount[0].length)}${asked.search}`;
  return platform(input instanceof Request ? new Request(url, input) : url, init);
};
