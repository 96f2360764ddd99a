import type { JsonObject } from "../wire/json.ts";
import { NO_LIMITS } from "../wire/requested-limits.ts";
import { socketReader } from "../wire/socket-reader.ts";
import type { Turn } from "../wire/turn.ts";
import type { Origin } from "./binding.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { Requests } from "./requests.ts";
import { neverRetries } from "./retry-judge.ts";

/** Turns under way on one socket: a provider bounds them far lower. Beyond it, a turn counts when it ends. */
const MOST_OPEN_TURNS = 1000;

/** The requests of one socket, by the messages that come down it. Never throws. */
export class SocketTurns {
  readonly #requests: Requests;
  readonly #origin: Origin;
  readonly #model: string | undefined;
  readonly #read = socketReader();
  readonly #open = new Map<string, PendingRequest>();

  /** @param url of the socket, which names the model, or on Azure its deployment */
  constructor(requests: Requests, origin: Origin, url: URL) {
    this.#requests = requests;
    this.#origin = origin;
    this.#model = url.searchParams.get("model") ?? url.searchParams.get("deployment") ?? undefined;
  }

  received(message: JsonObject): void {
    try {
      const turn = this.#read(message);
      if (turn?.isOver === true) this.#end(turn, message);
      else if (turn) this.#begin(turn);
    } catch (error) {
      this.#requests.reportInternalError(error);
    }
  }

  /** The socket has closed: nothing more is heard of what is under way. */
  closed(): void {
    for (const request of this.#open.values()) request.settle("abandoned", "cancelled", undefined);
    this.#open.clear();
  }

  #begin({ id, endpoint }: Turn): void {
    if (id === undefined || this.#open.has(id) || this.#open.size >= MOST_OPEN_TURNS) return;
    this.#open.set(id, this.#requestOf(endpoint));
  }

  #end({ id = "", endpoint }: Turn, message: JsonObject): void {
    const request = this.#open.get(id) ?? this.#requestOf(endpoint);
    this.#open.delete(id);
    request.ended("complete", { json: message }, undefined);
  }

  #requestOf(endpoint: Turn["endpoint"]): PendingRequest {
    const request = this.#requests.begin({
      target: {
        origin: this.#origin,
        endpoint,
        modelOfPath: endpoint.operation === "transcriptions" ? undefined : this.#model,
      },
      admission: undefined,
      isUnasked: true,
      asked: NO_LIMITS,
      requestBytes: undefined,
      judge: neverRetries(undefined),
    });
    request.attempt();
    return request;
  }
}
