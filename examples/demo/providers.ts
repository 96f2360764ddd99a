import { Mistral } from "@mistralai/mistralai";
import OpenAI from "openai";

import type { Fault } from "../local-provider/fault.ts";
import { startLocalProvider, type SeenRequest } from "../local-provider/local-provider.ts";

/** The clients that the demo's application uses; with keys of real providers only those that there is a key for. */
export interface Clients {
  readonly openai?: OpenAI;
  readonly mistral?: Mistral;
}

export interface Providers extends AsyncDisposable {
  readonly clients: Clients;
  /** Where the calls go, for whoever starts the demo. */
  readonly about: string;
  readonly callsOfOneRun: number;
  readonly millisecondsBetweenCalls: number;
}

/** A user who asks like this will not wait for the end of the answer. */
export const IMPATIENT_USER = "impatient";

/** After how many words an impatient user leaves. */
export const WORDS_UNTIL_LEAVING = 7;

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
    about: "Calls go to the real providers and cost money.",
    callsOfOneRun: 10,
    millisecondsBetweenCalls: 5000,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function localProviders(): Promise<Providers> {
  const local = await startLocalProvider({
    latencyMilliseconds: 15,
    chunkIntervalMilliseconds: 2,
    keptRequests: 0,
    fault: badDays(),
  });
  return {
    clients: {
      openai: new OpenAI({ apiKey: "none needed", baseURL: local.openaiBaseURL }),
      mistral: new Mistral({
        apiKey: "none needed",
        serverURL: local.mistralServerURL,
        retryConfig: RETRIES,
      }),
    },
    about: "Calls go to a local provider: no key, no network.",
    callsOfOneRun: 50,
    millisecondsBetweenCalls: 200,
    [Symbol.asyncDispose]: () => local.close(),
  };
}

/** What providers do on bad days, in a fixed order. */
function badDays(): (request: SeenRequest) => Fault | undefined {
  let count = 0;
  return ({ body, url }) => {
    count += 1;
    // Only OpenAI says when to try again.
    const retry = url.startsWith("/mistral") ? {} : { retryAfterMilliseconds: 20 };
    if (count % 11 === 0) return { status: 429, ...retry };
    if (count % 37 === 0) return { status: 500, ...retry };
    if (count % 29 === 0) return { status: 400 };
    // What an impatient user sees is then the same in every run: the role, and then the words.
    const { safety_identifier: user } = (body ?? {}) as { safety_identifier?: string };
    return user === IMPATIENT_USER ? { holdAfter: 1 + WORDS_UNTIL_LEAVING } : undefined;
  };
}
