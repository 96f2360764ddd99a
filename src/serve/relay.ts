import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { Dispatcher } from "undici";

import type { AnswerHead } from "../requests/answer-head.ts";
import { GATEWAY_VIA } from "../requests/gateway-mark.ts";
import type { BodyTap } from "../transport/body-tap.ts";
import type { ApiFamily } from "../wire/family.ts";
import { disclosingAnswer, PlainAnswer, type Relay } from "../exporters/disclosure/disclosing-answer.ts";
import { tellingId } from "./answer-id.ts";
import { answerTap, type AnswerTap } from "./answer-tap.ts";
import { resigned } from "./aws-signer.ts";
import { ClientOutlet } from "./client-outlet.ts";
import { headersDown, headersUp, transferCoding, withoutHeaders } from "./headers.ts";
import { rawPhrase, rawTexts, type Headers } from "./raw-head.ts";
import { refuse } from "./refusal.ts";
import { isTimeout, unreached } from "./unreached.ts";
import type { Upstream } from "./upstream.ts";

/** Who observes a relayed exchange. */
export interface RelayObserver {
  /** @returns what has to see the body; undefined where nothing of it is of interest */
  relayed(answer: AnswerHead): BodyTap | undefined;
  unanswered(error: unknown): void;
  /** The client has left before an answer came. */
  left(): void;
}

/** One exchange on its way up. */
export interface Relayed {
  readonly upstream: Upstream;
  readonly family: ApiFamily | undefined;
  /** The path and query at the upstream. */
  readonly path: string;
  /** The body, where it was read or rewritten; undefined for what is still in the request. */
  readonly body: Buffer | undefined;
  /** Headers that sign it, where the gateway does. */
  readonly signature?: readonly string[] | undefined;
  readonly observer: RelayObserver | undefined;
  /** What the request took, once its answer has ended; absent where it is not to be disclosed. */
  readonly disclose?: () => string | undefined;
  /** Called with the id of the answer, where it has one and the exchange is observed. */
  readonly answered?: ((id: string) => void) | undefined;
  /** Called when the answer has come to its end, before the client sees that. */
  readonly ended?: (() => void) | undefined;
}

/**
 * Relays an exchange chunk by chunk, and who leaves on one side ends the other. Nothing is held back but a JSON answer
 * whose head is to disclose what it took.
 */
export function relay(
  dispatcher: Dispatcher,
  request: IncomingMessage,
  response: ServerResponse,
  relayed: Relayed,
): void {
  const { upstream, path, body, signature } = relayed;
  const sent = headersUp(request.rawHeaders, request.headers);
  const asked = signature ? resigned(sent, signature) : sent;
  const headers = relayed.disclose ? uncompressed(asked) : asked;
  dispatcher.dispatch(
    {
      origin: upstream.origin,
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: body === undefined ? headers : withLength(headers, body.byteLength),
      body: body ?? (hasBody(request) ? restOf(request) : null),
      headersTimeout: upstream.headersTimeout,
      bodyTimeout: upstream.bodyTimeout,
    },
    new RelayHandler(response, relayed),
  );
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/**
 * What is still to come of a body. The upstream may answer before it has read it all, and be left then; the rest is thrown
 * away, since some clients read an answer only when they have sent all of the body.
 */
function restOf(request: IncomingMessage): PassThrough {
  const rest = request.pipe(new PassThrough());
  rest.on("error", () => undefined).once("close", () => request.resume());
  return rest;
}

const withLength = (headers: readonly string[], length: number): string[] => [
  ...withoutHeaders(headers, (name) => name === "content-length"),
  ...["content-length", String(length)],
];

/** Nothing can be added to a compressed stream. */
const uncompressed = (headers: readonly string[]): string[] => [
  ...withoutHeaders(headers, (name) => name === "accept-encoding"),
  ...["accept-encoding", "identity"],
];

class RelayHandler implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #relayed: Relayed;
  #tap: AnswerTap | undefined;
  #outlet: ClientOutlet | undefined;
  #down: Relay | undefined;
  /** By their names in lower case; known when the answer has ended. */
  #trailers: Headers = {};
  #answered = false;
  #over = false;

  constructor(response: ServerResponse, relayed: Relayed) {
    this.#response = response;
    this.#relayed = relayed;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const leave = (): void => {
      if (this.#over) return;
      this.#over = true;
      if (this.#answered) this.#tap?.cancel();
      else this.#relayed.observer?.left();
      controller.abort(new DOMException("the client left", "AbortError"));
    };
    if (this.#response.destroyed) leave();
    else this.#response.on("close", leave);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
    statusText?: string,
  ): void {
    // 1xx: the answer itself is still to come.
    if (status < 200) return;
    this.#answered = true;
    const get = (name: string): string | null => {
      const value = headers[name] ?? this.#trailers[name];
      return (Array.isArray(value) ? value.join(", ") : value) ?? null;
    };
    const contentType = get("content-type") ?? "";
    const contentEncoding = [get("content-encoding") ?? "", transferCoding(headers)].filter(Boolean).join(", ");
    const tap = this.#relayed.observer?.relayed({
      ...{ ok: status >= 200 && status < 300, status, headers: { get } },
      hasTrailers: get("trailer") !== null,
    });
    const { answered, family } = this.#relayed;
    const told = tap && answered ? tellingId(tap, family?.answerIdKey ?? "id", answered) : tap;
    this.#tap = told && answerTap(told, contentEncoding);
    const mayTrail = this.#mayTrail(status, headers["content-length"]);
    const head = headersDown(rawTexts(controller.rawHeaders), headers, mayTrail);
    if (this.#relayed.observer) head.push("via", GATEWAY_VIA);
    const outlet = new ClientOutlet(this.#response, { status, statusText: rawPhrase(statusText), headers: head });
    this.#outlet = outlet;
    const disclose = tap && this.#relayed.disclose;
    this.#down = disclose
      ? disclosingAnswer(outlet, { contentType, contentEncoding }, disclose)
      : new PlainAnswer(outlet);
    this.#down.start();
  }

  /** Trailers follow the last chunk of a body, of which the length was not said before. */
  #mayTrail(status: number, length: Headers[string]): boolean {
    const { httpVersion, method } = this.#response.req;
    return httpVersion !== "1.0" && method !== "HEAD" && status !== 204 && status !== 304 && length === undefined;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#tap?.chunk(chunk);
    if (this.#down!.chunk(chunk)) return;
    controller.pause();
    this.#response.once("drain", () => controller.resume());
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: Headers = {}): void {
    this.#over = true;
    this.#trailers = trailers;
    if (this.#outlet) this.#outlet.trailers = trailers;
    this.#tap?.end();
    this.#relayed.ended?.();
    this.#down?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const cause = isTimeout(error) ? new DOMException(error.message, "TimeoutError") : error;
    if (this.#answered) this.#tap?.break(cause);
    else this.#relayed.observer?.unanswered(cause);
    const giveUp = (): void => refuse(this.#response, this.#relayed.family, unreached(error, this.#relayed.upstream));
    if (this.#down) this.#down.release(giveUp);
    else giveUp();
  }
}
