import type { Cluster } from "node:cluster";

import type { RelayedRequest } from "../records/relayed-request.ts";

/** A request on its way from a worker to the primary. */
export interface RelayMessage {
  readonly llmFootprint: "request";
  readonly request: RelayedRequest;
  /** Of a worker of a cluster: where it leaves what it cannot send, and the number of the request on that way, from 1. */
  readonly spool?: string;
  readonly number?: number;
}

/** Where a worker of a cluster leaves what it cannot send: in its first message, and with each request. */
export interface SpoolMessage {
  readonly llmFootprint: "spool" | "request";
  readonly spool: string;
  readonly number?: number;
}

const isOurs = (message: unknown): message is { readonly llmFootprint: unknown } =>
  typeof message === "object" && message !== null && "llmFootprint" in message;

/** Whether a message is a request of ours: the application sends its own on the same way. */
export const isRelayMessage = (message: unknown): message is RelayMessage =>
  isOurs(message) && message.llmFootprint === "request";

export const isSpoolMessage = (message: unknown): message is SpoolMessage =>
  isOurs(message) && "spool" in message && typeof message.spool === "string";

/** Threads of a process find each other by this name, without being given to each other. */
export const THREADS_CHANNEL = "llm-footprint";

/** Loaded on first use: an application of one process has no use for them. */
export const clusterModule = (): Cluster => process.getBuiltinModule("node:cluster") as unknown as Cluster;
export const threadsModule = () => process.getBuiltinModule("node:worker_threads");
