import type { Target } from "../../requests/binding.ts";
import { OutgoingCall } from "../../requests/outgoing-call.ts";
import { errorTypeOf, isAbort } from "../../requests/error-type.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import { neverRetries } from "../../requests/retry-judge.ts";
import { stampOf } from "../../transport/stamp.ts";
import { bedrock as family } from "../../wire/bedrock/bedrock.ts";
import { isObject, objectAt, parsed, type JsonObject } from "../../wire/json.ts";
import { readObject } from "../../wire/read-objects.ts";
import { requestedLimits, rewriteRequest, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { ClientAdapter, ClientMetering } from "../adapter.ts";
import { observeEvents, type ParsedEvent } from "../parsed-stream.ts";
import { override } from "../own-property.ts";

/** What is relied on of `@aws-sdk/client-bedrock-runtime` 3. */
interface BedrockClient {
  readonly config: {
    readonly serviceId: string;
    readonly region: () => Promise<string>;
    readonly isCustomEndpoint?: boolean;
    readonly endpoint?: () => Promise<{ readonly hostname: string; readonly port?: number }>;
  };
  readonly middlewareStack: {
    add(middleware: Middleware, options: object): void;
    remove(name: string): boolean;
  };
  send(command: { readonly input: object }, options?: unknown, ...rest: unknown[]): Promise<unknown>;
}

type Next = (parameters: { readonly input: JsonObject }) => Promise<{ readonly output: JsonObject }>;
type Middleware = (next: Next, context: { readonly commandName?: string }) => Next;

/** The last part of the path of each command. */
const ACTIONS: Readonly<Record<string, string>> = {
  ConverseCommand: "converse",
  ConverseStreamCommand: "converse-stream",
  InvokeModelCommand: "invoke",
  InvokeModelWithResponseStreamCommand: "invoke-with-response-stream",
  InvokeModelWithBidirectionalStreamCommand: "invoke-with-bidirectional-stream",
};

const NAME = "llmFootprint";

/** `@aws-sdk/client-bedrock-runtime` 3: Converse and InvokeModel, streamed or not, over whatever HTTP the client speaks. */
export const bedrockRuntime: ClientAdapter = {
  sdk: "@aws-sdk/client-bedrock-runtime",
  family,
  recognises: (client) =>
    objectAt(client, "config")?.["serviceId"] === "Bedrock Runtime" &&
    objectAt(client, "middlewareStack") !== undefined,
  providerOf: () => "aws.bedrock",
  attach: (client, metering) => attach(client as BedrockClient, metering),
};

/** The application's signal, by the input of the command that it was sent with. */
const signalOfInput = stampOf<AbortSignal | undefined>();

function attach(client: BedrockClient, metering: ClientMetering): () => void {
  const { middlewareStack, send } = client;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      async (parameters) => {
        const action = ACTIONS[commandName];
        // With a signal that has fired before the SDK makes no exchange.
        const isUnsent = signalOfInput.read(parameters.input)?.aborted === true;
        if (action === undefined || !metering.active || isUnsent) return next(parameters);
        return observed(client, metering, action, next, parameters);
      },
    { step: "initialize", priority: "high", name: NAME, override: true },
  );
  const restoreSend = override(client, "send", function (this: BedrockClient, ...parameters: Parameters<typeof send>) {
    const [{ input }, options] = parameters;
    const { abortSignal } = (options ?? {}) as { readonly abortSignal?: AbortSignal };
    if (abortSignal ?? signalOfInput.read(input)) signalOfInput.stamp(input, abortSignal);
    return send.apply(this, parameters);
  });
  return () => {
    restoreSend();
    middlewareStack.remove(NAME);
  };
}

async function observed(
  client: BedrockClient,
  metering: ClientMetering,
  action: string,
  next: Next,
  parameters: { readonly input: JsonObject },
): Promise<{ readonly output: JsonObject }> {
  const { input } = parameters;
  let target: Target | undefined;
  try {
    target = metering.binding.target("POST", await urlOf(client, input, action));
  } catch (error) {
    metering.requests.reportInternalError(error);
  }
  if (!target) return next(parameters);
  const asked = askedBy(input, target);
  const call = OutgoingCall.within(metering);
  await call.admit(target, asked, "body and path");
  const { replacement } = call;
  const request = call.attempt({
    target,
    asked: { ...asked, ...replacement },
    requestBytes: undefined,
    judge: neverRetries(signalOfInput.read(input)),
  });
  const sent = replacement ? { ...parameters, input: rewritten(input, target, replacement) } : parameters;
  try {
    const result = await next(sent);
    metering.requests.answered(result.output, request);
    answered(request, result.output);
    return result;
  } catch (error) {
    failed(request, error);
    throw error;
  }
}

/** The address as the SDK makes it, but for partitions other than the usual one. */
async function urlOf({ config }: BedrockClient, { modelId }: JsonObject, action: string): Promise<string> {
  const custom = config.isCustomEndpoint === true ? await config.endpoint?.() : undefined;
  const host = custom
    ? `${custom.hostname}${custom.port === undefined ? "" : `:${custom.port}`}`
    : `bedrock-runtime.${await config.region()}.amazonaws.com`;
  return `https://${host}/model/${encodeURIComponent(String(modelId))}/${action}`;
}

/** InvokeModel takes the vendor's own body as bytes or text, Converse the fields of one. */
function askedBy(input: JsonObject, { family: spoken, endpoint, modelOfPath }: Target): RequestedLimits {
  const asked = requestedLimits(spoken.request, "body" in input ? input["body"] : input, endpoint.operation);
  return { ...asked, model: asked.model ?? modelOfPath };
}

function rewritten(
  input: JsonObject,
  { family: spoken, endpoint }: Target,
  instead: Partial<RequestedLimits>,
): JsonObject {
  const model = instead.model === undefined ? {} : { modelId: instead.model };
  if (!("body" in input)) return { ...spoken.request.rewritten(input, endpoint.operation, instead), ...model };
  const { body } = input;
  const text = body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : body;
  if (typeof text !== "string") return { ...input, ...model };
  return { ...input, body: rewriteRequest(spoken.request, text, endpoint.operation, instead), ...model };
}

function answered(request: PendingRequest, output: JsonObject): void {
  const attempts = objectAt(output, "$metadata")?.["attempts"];
  for (let attempt = 1; attempt < Number(attempts ?? 1); attempt++) request.attempt();
  const { stream, body } = output;
  const events = isIterable(stream) ? stream : isIterable(body) ? body : undefined;
  if (events) return observeEvents(events, request, parseEvent);
  const answer = body instanceof Uint8Array ? parsed(Buffer.from(body).toString("utf8")) : output;
  const { dialect } = request.start.endpoint;
  if (!isObject(answer)) return request.settle("completed", undefined, undefined);
  const reading = readObject(dialect, answer, request.start.asked);
  request.settle(reading.error === undefined ? "completed" : "failed", reading.error, reading);
}

const isIterable = (value: unknown): value is object => isObject(value) && Symbol.asyncIterator in value;

const TERMINAL = new Set(["metadata", "message_stop"]);

/** `{ contentBlockDelta: … }` of Converse, or `{ chunk: { bytes } }` with the vendor's own event. */
function parseEvent(item: unknown): ParsedEvent | undefined {
  if (!isObject(item)) return undefined;
  const [name] = Object.keys(item);
  const inner = name === undefined ? undefined : objectAt(item, name);
  if (!inner) return undefined;
  if (!(inner["bytes"] instanceof Uint8Array))
    return { type: name, object: inner, isTerminal: TERMINAL.has(name ?? "") };
  const event = parsed(Buffer.from(inner["bytes"]).toString("utf8"));
  if (!isObject(event)) return undefined;
  const type = typeof event["type"] === "string" ? event["type"] : undefined;
  return { type, object: event, isTerminal: TERMINAL.has(type ?? "") || "amazon-bedrock-invocationMetrics" in event };
}

function failed(request: PendingRequest, error: unknown): void {
  const metadata = objectAt(error, "$metadata");
  for (let attempt = 1; attempt < Number(metadata?.["attempts"] ?? 1); attempt++) request.attempt();
  const hasTimedOut = request.start.judge.timedOut?.() === true;
  if (isAbort(error) && !hasTimedOut) return request.settle("abandoned", "aborted", undefined);
  const status = metadata?.["httpStatusCode"];
  const errorType = typeof status === "number" ? `http_${status}` : hasTimedOut ? "timeout" : errorTypeOf(error);
  request.settle("failed", errorType, undefined);
}
