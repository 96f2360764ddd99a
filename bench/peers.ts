import { createRequire } from "node:module";
import { join } from "node:path";
import type { OpenAI } from "openai";

import { calls, freshClient } from "./clients.ts";
import type { Block } from "./rounds.ts";

interface Langfuse {
  readonly observeOpenAI: (client: OpenAI) => OpenAI;
}

interface Braintrust {
  readonly wrapOpenAI: (client: OpenAI) => OpenAI;
}

interface Tracing {
  readonly NodeTracerProvider: new (options: object) => { register(): void };
}

/** Takes spans and does nothing with them: what exporting costs is left out. */
const SINK = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/**
 * Calls through what others give for observing an `openai` client. They have a folder and a lock file of their own, and are
 * left out where they are not installed (`npm ci` in `bench/peers`).
 */
export function callsOfPeers(options: object): Readonly<Record<string, Block>> {
  const require = createRequire(join(import.meta.dirname, "peers/package.json"));
  try {
    const { observeOpenAI } = require("@langfuse/openai") as Langfuse;
    const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node") as Tracing;
    const { wrapOpenAI } = require("braintrust") as Braintrust;
    new NodeTracerProvider({ spanProcessors: [SINK] }).register();
    return {
      "Langfuse, not exporting": calls(observeOpenAI(freshClient(options))),
      "Braintrust, without a logger": calls(wrapOpenAI(freshClient(options))),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return {};
    throw error;
  }
}
