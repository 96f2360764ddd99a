import type { IncomingMessage, ServerResponse } from "node:http";

import { BudgetExceededError } from "../model/errors.ts";
import type { Labels } from "../model/request.ts";
import { runsModel, type Target } from "../requests/binding.ts";
import type { AdmissionDecision, Gate } from "../requests/gate.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { Requests } from "../requests/requests.ts";
import { mayBeFollowed } from "../requests/job-state.ts";
import { neverRetries } from "../requests/retry-judge.ts";
import type { ApiFamily } from "../wire/family.ts";
import {
  limitsInBeginning,
  NO_LIMITS,
  requestedLimits,
  rewriteRequest,
  type RequestedLimits,
} from "../wire/requested-limits.ts";
import { mayPass, TOKEN_EXPECTED } from "./access.ts";
import type { labelReader } from "./request-labels.ts";
import { FOLDER_LEFT, leavesFolder } from "./left-folder.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { relay, type Relayed } from "./relay.ts";
import { readBeginning, SlowBody, type Beginning } from "./request-beginning.ts";
import { signedExchange, Unsigned } from "./signed-exchange.ts";
import type { UpstreamAgents } from "./upstream-agents.ts";
import type { Upstream } from "./upstream.ts";

export interface GatewayParts {
  readonly requests: Requests;
  readonly gate: Gate | undefined;
  readonly agents: UpstreamAgents;
  /** What a request took, in the drafted common form, once it has settled. */
  readonly disclosureOf: (request: PendingRequest) => string | undefined;
  /** Where requests go that another process follows. @default none do */
  readonly forward?:
    ((request: IncomingMessage, response: ServerResponse, body: Buffer | undefined) => void) | undefined;
  /** Called with the id of each answer that was counted. */
  readonly answered?: ((id: string) => void) | undefined;
  /** Called before the client sees the end of an answer. */
  readonly settleAtOnce?: (() => void) | undefined;
}

/** What a reload of the configuration may change while requests are under way. */
export interface GatewaySettings {
  /** By the first segment of the path. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly labelsOf: ReturnType<typeof labelReader>;
  readonly token: string | undefined;
  /** Whether answers say what they took. */
  readonly disclose: boolean;
}

/** Relays `/<upstream>/…` to its upstream and meters what runs a model. Never rejects. */
export class Gateway {
  readonly #parts: GatewayParts;
  settings: GatewaySettings;

  constructor(parts: GatewayParts, settings: GatewaySettings) {
    this.#parts = parts;
    this.settings = settings;
  }

  /** The upstream of a path; undefined for a path of something else. */
  upstreamOf(path: string): Upstream | undefined {
    return this.settings.upstreams.get(/^\/([^/?]+)/.exec(path)?.[1] ?? "");
  }

  /** The wire format of a request; undefined where it is not known. */
  familyOf(method: string, path: string): ApiFamily | undefined {
    const upstream = this.upstreamOf(path);
    const rest = upstream && upstream.pathOf(path.slice(upstream.name.length + 1));
    return upstream && (upstream.binding.target(method, `${upstream.origin}${rest}`)?.family ?? upstream.family);
  }

  async handle(request: IncomingMessage, response: ServerResponse, upstream: Upstream): Promise<void> {
    const rest = (request.url ?? "/").slice(upstream.name.length + 1);
    const path = upstream.pathOf(rest);
    let target: Target | undefined;
    try {
      target = upstream.binding.target(request.method ?? "GET", `${upstream.origin}${path}`);
      const family = target?.family ?? upstream.family;
      if (!mayPass(this.settings.token, request.headers)) {
        refuse(response, family, TOKEN_EXPECTED);
        return;
      }
      if (leavesFolder(path)) {
        refuse(response, family, FOLDER_LEFT);
        return;
      }
      if (CODED_BELOW_CHUNKS.test(request.headers["transfer-encoding"] ?? "")) {
        refuse(response, family, UNKNOWN_CODING);
        return;
      }
      const metered = await this.#meter(request, target, rest, upstream.bodyTimeout);
      const { agents, forward, answered, settleAtOnce: ended } = this.#parts;
      if (forward && metered.isFollowed) forward(request, response, metered.body);
      else {
        const exchange = { upstream, family, path, ...metered, answered, ended };
        const { signer } = upstream;
        const sent = signer ? await signedExchange(request, exchange, signer) : exchange;
        relay(agents.of(upstream), request, response, sent);
      }
    } catch (error) {
      if (error instanceof BudgetExceededError) refuseByBudget(response, target, error);
      else if (error instanceof Unsigned) refuse(response, target?.family ?? upstream.family, error.refusal);
      else if (error instanceof SlowBody) refuseSlowBody(response, target?.family ?? upstream.family);
      else if (request.destroyed && !request.complete) response.destroy();
      else
        refuse(response, target?.family, { status: 400, message: "llm-footprint: the request could not be relayed" });
    }
  }

  async #meter(
    request: IncomingMessage,
    target: Target | undefined,
    rest: string,
    patienceMilliseconds: number,
  ): Promise<Metered> {
    const { requests, forward } = this.#parts;
    if (!target || requests.closed) return { body: undefined, observer: undefined };
    if (target.followedId !== undefined) {
      return { body: undefined, observer: forward ? undefined : requests.followUp(target), isFollowed: true };
    }
    const beginning = await readBeginning(request, patienceMilliseconds);
    const asked = limitsOf(target, request, beginning);
    if (forward && mayBeFollowed(target, asked)) {
      return { body: bodyOf(request, beginning), observer: undefined, isFollowed: true };
    }
    if (!runsModel(target, asked)) return { body: bodyOf(request, beginning), observer: undefined };
    const labelled = withLabels(target, this.settings.labelsOf(request.headers, rest));
    const admission = await this.#parts.gate?.admit(labelled, asked);
    return this.#begin(request, beginning, labelled, asked, admission);
  }

  #begin(
    request: IncomingMessage,
    beginning: Beginning,
    target: Target,
    asked: RequestedLimits,
    admission: AdmissionDecision | undefined,
  ): Pick<Relayed, "body" | "observer" | "disclose"> {
    const isText = beginning.whole && isJson(request);
    // Only a body that is there as a whole can be made to ask for something else.
    const replacement = isText ? admission?.replacement : undefined;
    const pending = this.#parts.requests.begin({
      target,
      admission,
      asked: { ...asked, ...replacement },
      requestBytes: isText ? beginning.bytes.byteLength : undefined,
      judge: neverRetries(undefined),
    });
    pending.attempt();
    const body = replacement
      ? Buffer.from(
          rewriteRequest(target.family.request, beginning.bytes.toString(), target.endpoint.operation, replacement),
        )
      : bodyOf(request, beginning);
    const disclose = (): string | undefined => this.#parts.disclosureOf(pending);
    return { body, observer: pending, ...(this.settings.disclose && { disclose }) };
  }
}

/** How an exchange is relayed. */
interface Metered extends Pick<Relayed, "body" | "observer" | "disclose"> {
  /** Whether it belongs to a request that outlasts its exchange, which one process has to follow. */
  readonly isFollowed?: boolean;
}

const withLabels = (target: Target, labels: Labels): Target => ({ ...target, origin: { ...target.origin, labels } });

/** What was read of a body that is not whole goes back, and is relayed with the rest. */
function bodyOf(request: IncomingMessage, { bytes, whole }: Beginning): Buffer | undefined {
  if (whole) return bytes;
  request.unshift(bytes);
  return undefined;
}

const isJson = ({ headers }: IncomingMessage): boolean =>
  headers["content-encoding"] === undefined && !/^multipart\//i.test(headers["content-type"] ?? "");

/** Of a form its fields, of JSON what it says: where the body is not whole, its beginning is searched. */
function limitsOf(
  { family, endpoint }: Target,
  { headers }: IncomingMessage,
  { bytes, whole }: Beginning,
): RequestedLimits {
  if (headers["content-encoding"] !== undefined) return NO_LIMITS;
  const text = bytes.toString("utf8");
  if (/^multipart\/form-data/i.test(headers["content-type"] ?? ""))
    return requestedLimits(family.request, formFields(text), endpoint.operation);
  return whole ? requestedLimits(family.request, text, endpoint.operation) : limitsInBeginning(family.request, text);
}

/** The fields of a form that are short texts, such as `model` and `stream`. */
function formFields(text: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [, name, value] of text.matchAll(
    /name="([^"\r\n]{1,64})"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{0,256})\r\n/g,
  )) {
    fields.append(name!, value!);
  }
  return fields;
}

const CODED_BELOW_CHUNKS = /,\s*chunked\s*$/i;

/** A body goes up in chunks or with its length, and could not say in what else it is coded (RFC 9112 §6.1). */
const UNKNOWN_CODING: Refusal = { status: 501, message: "llm-footprint: expected no transfer coding but chunked" };

function refuseSlowBody(response: ServerResponse, family: ApiFamily | undefined): void {
  // Nobody reads what is still to come of the body.
  response.shouldKeepAlive = false;
  refuse(response, family, { status: 408, message: "llm-footprint: the body of the request did not come in time" });
}

function refuseByBudget(response: ServerResponse, target: Target | undefined, error: BudgetExceededError): void {
  const retryAfterSeconds = (error.resetsAt.getTime() - Date.now()) / 1000;
  refuse(response, target?.family, { status: 429, message: error.message, retryAfterSeconds });
}
