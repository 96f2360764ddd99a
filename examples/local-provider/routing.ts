import type { IncomingHttpHeaders } from "node:http";

import { json, Refusal, type Answer, type Exchange, type Handler, type Routes } from "./exchange.ts";

/** A provider's API: its routes and the shape of its errors. */
export interface Dialect {
  readonly routes: Routes;
  readonly errorBody: (status: number, message: string) => unknown;
  /** Whether a request brings a key. @default in one of the usual headers */
  readonly hasKey?: (request: Request) => boolean;
}

export interface Request {
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Where each API is mounted, the longest first; a group is the name of an Azure deployment. */
const mounts: readonly (readonly [RegExp, keyof Dialects])[] = [
  [/^\/mistral\/v1(?=\/)/, "mistral"],
  [/^\/gemini\/v1(?:beta|beta1|alpha)?(?=\/)/, "gemini"],
  [/^\/cohere(?=\/)/, "cohere"],
  [/^\/ollama\/api(?=\/)/, "ollama"],
  [/^\/anthropic\/v1(?=\/)/, "anthropic"],
  [/^\/replicate\/v1(?=\/)/, "replicate"],
  [/^\/openai\/deployments\/([^/]+)(?=\/)/, "openai"],
  [/^\/openai(?:\/v1)?(?=\/)/, "openai"],
  [/^\/v1(?=\/)/, "openai"],
];

/** Where keys are given. */
const KEYS = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];

export interface Dialects {
  readonly openai: Dialect;
  readonly mistral: Dialect;
  readonly gemini: Dialect;
  readonly cohere: Dialect;
  readonly ollama: Dialect;
  readonly anthropic: Dialect;
  readonly replicate: Dialect;
}

/** Answers a request by its path; a `Refusal` becomes an error in the API's own shape. */
export function route(dialects: Dialects, request: Request, status?: number): Answer {
  const url = new URL(request.url, "http://127.0.0.1");
  for (const [mount, name] of mounts) {
    const match = mount.exec(url.pathname);
    if (!match) continue;
    const dialect = dialects[name];
    try {
      if (status !== undefined) throw new Refusal(status, `The test asked the provider to answer ${status}`);
      if (!(dialect.hasKey ?? hasKey)(request)) throw new Refusal(401, "No API key was given");
      const path = url.pathname.slice(match[0].length);
      const { handler, parameters } = find(dialect.routes, request.method, path);
      return handler({ ...request, path, parameters, query: url.searchParams, deployment: match[1] });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return json(dialect.errorBody(error.status, error.message), error.status);
    }
  }
  return json({ error: { message: `Nothing is mounted at ${url.pathname}` } }, 404);
}

const hasKey = ({ headers }: Request): boolean => KEYS.some((name) => headers[name]);

function find(routes: Routes, method: string, path: string): { handler: Handler; parameters: Exchange["parameters"] } {
  for (const [pattern, handler] of Object.entries(routes)) {
    const parameters = match(pattern, `${method} ${path}`);
    if (parameters) return { handler, parameters };
  }
  throw new Refusal(404, `Unknown request URL: ${method} ${path}`);
}

function match(pattern: string, actual: string): Record<string, string> | undefined {
  const names = pattern.split("/");
  const values = actual.split("/");
  if (names.length !== values.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (name.startsWith(":")) parameters[name.slice(1)] = values[index]!;
    else if (name !== values[index]) return undefined;
  }
  return parameters;
}
