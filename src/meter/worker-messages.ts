import type { Cluster } from "node:cluster";

import type { RelayedRequest } from "../records/relayed-request.ts";

/** A request on its way from a worker to the primary. */
export interface RelayMessage {
  readonly llmFootprint: "request";
  readonly request: RelayedRequest;
}

export const relayMessage = (request: RelayedRequest): RelayMessage => ({ llmFootprint: "request", request });

/** Whether a message is one of ours: the application sends its own on the same way. */
export const isRelayMessage = (message: unknown): message is RelayMessage =>
  typeof message === "object" && message !== null && "llmFootprint" in message && message.llmFootprint === "request";

/** Threads of a process find each other by this name, without being given to each other. */
export const THREADS_CHANNEL = "llm-footprint";

/** Loaded on first use: an application of one process has no use for them. */
export const clusterModule = (): Cluster => process.getBuiltinModule("node:cluster") as unknown as Cluster;
export const threadsModule = () => process.getBuiltinModule("node:worker_threads");
