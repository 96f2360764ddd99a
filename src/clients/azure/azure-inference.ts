import type { Readable } from "node:stream";

import { OutgoingCall } from "../../requests/outgoing-call.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { isAbandoned, retriesUntil } from "../../requests/retry-judge.ts";
import { isNodeStream, tapNodeStream } from "../../transport/node-stream-tap.ts";
import { stampOf } from "../../transport/stamp.ts";
import { runsModel, type Target } from "../../requests/binding.ts";
import { requestedLimits, rewriteRequest } from "../../wire/requested-limits.ts";
import { openai as family } from "../../wire/openai/openai.ts";
import { objectAt } from "../../wire/json.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";

/** What is relied on of `@azure-rest/ai-inference` 1. */
interface AzureClient {
  readonly pipeline: {
    addPolicy(policy: Policy, options?: object): void;
    removePolicy(policy: { readonly name: string }): unknown;
  };
}

interface Policy {
  readonly name: string;
  sendRequest(request: PipelineRequest, next: Next): Promise<PipelineResponse>;
}

type Next = (request: PipelineRequest) => Promise<PipelineResponse>;

/** The same object for all attempts of a call. */
interface PipelineRequest {
  readonly url: string;
  readonly method: string;
  body?: unknown;
  readonly abortSignal?: AbortSignal;
}

interface PipelineResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null;
  readonly readableStreamBody?: Readable;
}

const CALLS = "llmFootprintCalls";
const ATTEMPTS = "llmFootprintAttempts";

/** `@azure-rest/ai-inference` 1. */
export const azureInference: ClientAdapter = {
  sdk: "@azure-rest/ai-inference",
  family,
  recognises: (client) =>
    typeof objectAt(client, "pipeline")?.["addPolicy"] === "function" && "pathUnchecked" in client,
  providerOf: () => "azure.ai.inference",
  attach(client, metering) {
    const { pipeline } = client as AzureClient;
    const callOf = stampOf<{ readonly call: OutgoingCall; readonly target: Target; readonly ended: Promise<void> }>();
    pipeline.addPolicy({
      name: CALLS,
      async sendRequest(request, next) {
        const target = targetOf(metering, request);
        if (!target) return next(request);
        let end!: () => void;
        const ended = new Promise<void>((resolve) => (end = resolve));
        const call = OutgoingCall.within(metering);
        await call.admit(target, requestedLimits(target.family.request, request.body, target.endpoint.operation));
        if (call.replacement && typeof request.body === "string") {
          const { endpoint } = target;
          request.body = rewriteRequest(target.family.request, request.body, endpoint.operation, call.replacement);
        }
        callOf.stamp(request, { call, target, ended });
        try {
          return await next(request);
        } finally {
          call.withdraw();
          end();
        }
      },
    });
    pipeline.addPolicy(
      {
        name: ATTEMPTS,
        async sendRequest(request, next) {
          const known = callOf.read(request);
          if (!known || request.abortSignal?.aborted === true) return next(request);
          const { call, target, ended } = known;
          const pending = call.attempt({
            target,
            asked: requestedLimits(target.family.request, request.body, target.endpoint.operation),
            requestBytes: typeof request.body === "string" ? request.body.length : undefined,
            judge: { ...retriesUntil(ended), abandoned: () => isAbandoned(request.abortSignal) },
          });
          try {
            const response = await next(request);
            see(pending, response);
            return response;
          } catch (error) {
            pending.unanswered(error);
            throw error;
          }
        },
      },
      { afterPhase: "Retry" },
    );
    return () => {
      pipeline.removePolicy({ name: CALLS });
      pipeline.removePolicy({ name: ATTEMPTS });
    };
  },
};

function targetOf({ active, binding, requests }: ClientMetering, request: PipelineRequest): Target | undefined {
  if (!active || request.abortSignal?.aborted === true) return undefined;
  try {
    const target = binding.target(request.method, request.url);
    if (target?.endpoint.role !== "create") return undefined;
    const asked = requestedLimits(target.family.request, request.body, target.endpoint.operation);
    return runsModel(target, asked) ? target : undefined;
  } catch (error) {
    requests.reportInternalError(error);
    return undefined;
  }
}

function see(pending: PendingRequest, { status, headers, bodyAsText, readableStreamBody }: PipelineResponse): void {
  const tap = pending.relayed({
    ok: status >= 200 && status < 300,
    status,
    headers: new Headers({
      "content-type": headers.get("content-type") ?? "",
      "content-length": headers.get("content-length") ?? "",
      via: headers.get("via") ?? "",
    }),
  });
  if (!tap) return;
  if (isNodeStream(readableStreamBody)) return tapNodeStream(readableStreamBody, tap);
  if (typeof bodyAsText === "string") tap.text(bodyAsText);
  else tap.end();
}
