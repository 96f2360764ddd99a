import { Mistral } from "@mistralai/mistralai";
import OpenAI from "openai";

import { startFallibleProvider } from "./bad-days.ts";
import { LOCAL_RUN, REAL_RUN, type Run } from "./run.ts";

/** The clients that the demo's application uses; with keys of real providers only those that there is a key for. */
export interface Clients {
  readonly openai?: OpenAI;
  readonly mistral?: Mistral;
}

export interface Providers extends Run, AsyncDisposable {
  readonly clients: Clients;
}

const RETRIES = {
  strategy: "backoff" as const,
  backoff: { initialInterval: 50, maxInterval: 1000, exponent: 1.5, maxElapsedTime: 10_000 },
};

/**
 * Starts a local provider, which needs no key and no network, or where asked for takes the real ones.
 *
 * @throws Error when the real ones are asked for and the environment has no key of any
 */
export const startProviders = (
  environment: NodeJS.ProcessEnv,
  { real }: { readonly real: boolean },
): Promise<Providers> => (real ? Promise.resolve(realProviders(environment)) : localProviders());

function realProviders(environment: NodeJS.ProcessEnv): Providers {
  const { OPENAI_API_KEY: openaiKey, MISTRAL_API_KEY: mistralKey, MISTRAL_SERVER_URL: serverURL } = environment;
  if (!openaiKey && !mistralKey) throw new Error("--real: expected OPENAI_API_KEY or MISTRAL_API_KEY to be set.");
  return {
    clients: {
      ...(openaiKey && { openai: new OpenAI({ apiKey: openaiKey }) }),
      ...(mistralKey && {
        mistral: new Mistral({ apiKey: mistralKey, retryConfig: RETRIES, ...(serverURL && { serverURL }) }),
      }),
    },
    ...REAL_RUN,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function localProviders(): Promise<Providers> {
  const local = await startFallibleProvider();
  return {
    clients: {
      openai: new OpenAI({ apiKey: "none needed", baseURL: local.openaiBaseURL }),
      mistral: new Mistral({
        apiKey: "none needed",
        serverURL: local.mistralServerURL,
        retryConfig: RETRIES,
      }),
    },
    ...LOCAL_RUN,
    [Symbol.asyncDispose]: () => local.close(),
  };
}
