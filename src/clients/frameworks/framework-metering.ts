import { notAMeter } from "../../model/errors.ts";
import type { Labels } from "../../model/request.ts";
import type { Usage } from "../../model/usage.ts";
import { UNKNOWN_PROVIDER, type Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { errorTypeOf, isAbort } from "../../requests/error-type.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { isTimedOut, neverRetries, type RetryJudge } from "../../requests/retry-judge.ts";
import { isCountedByGateway } from "../../requests/gateway-mark.ts";
import { stringAt } from "../../wire/json.ts";
import { openai } from "../../wire/openai/openai.ts";
import { NOTHING, type Reading } from "../../wire/reading.ts";
import { NO_LIMITS } from "../../wire/requested-limits.ts";
import { silent } from "../../wire/silent.ts";
import type { Metering } from "../adapter.ts";

/** What is said of the requests that a framework makes. */
export interface FrameworkOptions {
  /** Added to every request: names that the meter declares. */
  readonly labels?: Labels;
  /** As OpenTelemetry's `gen_ai.provider.name`. @default as the framework names it */
  readonly provider?: string;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** What to do with requests that a gateway of ours has counted, where the framework shows its answers' headers. @default "leave" */
  readonly behindGateway?: "leave" | "count";
}

/** How a meter meters what a framework calls. */
export type FrameworkMetering = (part: string, options: FrameworkOptions) => Metering;

/** A symbol of the process's registry: the meter and the middleware may come from two builds of the package. */
const METERING = Symbol.for("llm-footprint.framework-metering");

export function exposeFrameworkMetering(meter: object, metering: FrameworkMetering): void {
  Object.defineProperty(meter, METERING, { value: metering });
}

/** @throws ConfigurationError for an object that is not a meter, or an option that cannot be */
export function frameworkMetering(part: string, meter: unknown, options: FrameworkOptions): Metering {
  const metering =
    typeof meter === "object" && meter !== null
      ? (meter as { readonly [METERING]?: FrameworkMetering })[METERING]
      : undefined;
  if (metering) return metering(part, options);
  throw notAMeter(part, meter);
}

/** What a framework knows of a call before it is made. */
export interface FrameworkRequest {
  /** As the framework names it. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly operation: string;
  readonly maximumOutputTokens?: number | undefined;
}

/** What is read of an error of the AI SDK, or of an SDK below LangChain. */
interface FrameworkError {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly isRetryable?: unknown;
  readonly responseHeaders?: Readonly<Record<string, unknown>>;
}

/** What a framework says of an answer. */
export interface FrameworkAnswer {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  readonly rawUsage: unknown;
}

/**
 * One call as a framework makes it. Where a metered client or fetch lies below, that one counts, exactly and with its
 * host, and this only joins its attempts; where none does, the framework's own word counts.
 */
export class FrameworkCall {
  readonly call: OutgoingCall;
  readonly #target: Target;
  readonly #request: FrameworkRequest;
  #isOwn = false;

  constructor(metering: Metering, request: FrameworkRequest, judge: RetryJudge) {
    this.call = new OutgoingCall(metering, judge);
    this.#request = request;
    const { provider = providerNamed(request.provider), labels, zone, behindGateway } = metering.binding.options;
    this.#target = {
      origin: {
        provider,
        host: "",
        labels,
        zone,
        zoneBasis: zone === undefined ? undefined : "declared",
        mayBeGateway: behindGateway !== "count",
      },
      family: openai,
      endpoint: { operation: request.operation, dialect: silent, role: "create" },
      followedId: undefined,
      modelOfPath: undefined,
      onlyWithModel: false,
    };
  }

  /** Whether a metered client or fetch below has seen it. */
  get wasSeenBelow(): boolean {
    return this.call.request !== undefined && !this.#isOwn;
  }

  /** @throws BudgetExceededError, or rejects with it, when it must not leave */
  admit(): Promise<void> | undefined {
    return this.call.admit(this.#target, this.#asked);
  }

  /**
   * Counts what nothing below has seen.
   *
   * @param headers of the answer, where the framework shows them: a gateway of ours may have counted it
   */
  begin(headers?: Readonly<Record<string, unknown>>, status = 200): PendingRequest {
    this.#isOwn = true;
    const request = this.call.attempt({
      target: this.#target,
      asked: this.#asked,
      requestBytes: undefined,
      judge: neverRetries(undefined),
    });
    const answer = { ok: status < 400, status, headers: { get: (name: string) => stringAt(headers, name) ?? null } };
    if (headers && isCountedByGateway(answer)) request.relayed(answer);
    return request;
  }

  /**
   * An attempt has failed that nothing below has seen.
   *
   * @param signal that the application has given: a deadline that is over comes out as if it had left
   */
  failed(error: unknown, signal?: AbortSignal): void {
    const { statusCode, status = statusCode, isRetryable, responseHeaders } = (error ?? {}) as FrameworkError;
    const request = this.begin(responseHeaders, typeof status === "number" ? status : undefined);
    if (isAbort(error) && isTimedOut(signal)) return request.settle("failed", "timeout", undefined);
    if (isAbort(error)) return request.settle("abandoned", "aborted", undefined);
    if (request.settled) return;
    const errorType = typeof status === "number" ? `http_${status}` : errorTypeOf(error);
    request.attemptFailed(errorType, isRetryable === true && request.start.judge.afterError(request.attempts));
  }

  get #asked() {
    const { model, maximumOutputTokens } = this.#request;
    return { ...NO_LIMITS, model, maximumOutputTokens };
  }
}

export const readingOf = ({ model, usage, rawUsage }: FrameworkAnswer): Reading => ({
  ...NOTHING,
  usage,
  usageSource: usage ? "reported" : "missing",
  rawUsage,
  respondedModel: model,
  finished: true,
});

/** Frameworks' names of providers, where they are not OpenTelemetry's. */
const PROVIDERS: readonly (readonly [name: RegExp, provider: string])[] = [
  [/^azure/, "azure.ai.openai"],
  [/^(?:google[._-]?vertex|vertex)/, "gcp.vertex_ai"],
  [/^google/, "gcp.gemini"],
  [/^(?:amazon[_-]?)?bedrock/, "aws.bedrock"],
  [/^mistral/, "mistral_ai"],
  [/^together/, "together_ai"],
  [/^fireworks/, "fireworks_ai"],
  [/^xai/, "x_ai"],
  [/^moonshot/, "moonshot_ai"],
  [/^(?:hugging_?face)/, "hugging_face"],
  [/^(openai|anthropic|cohere|groq|deepseek|perplexity|cerebras|ollama|openrouter|replicate)/, "$1"],
];

function providerNamed(name: string | undefined): string {
  if (name === undefined) return UNKNOWN_PROVIDER;
  for (const [pattern, provider] of PROVIDERS) {
    const match = pattern.exec(name);
    if (match) return provider === "$1" ? match[1]! : provider;
  }
  return UNKNOWN_PROVIDER;
}
