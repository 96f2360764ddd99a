import { batch, create, submit, type ApiFamily } from "../family.ts";
import { messagesBody } from "./messages-body.ts";
import { messageBatches } from "./message-batches.ts";
import { messages } from "./messages.ts";
import { vertexHosts } from "../vertex-hosts.ts";

/** As Anthropic names its errors by status (docs.claude.com/en/api/errors). */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  408: "timeout_error",
  413: "request_too_large",
  429: "rate_limit_error",
  431: "request_too_large",
  504: "timeout_error",
};

const VERTEX_MODEL = /(\/publishers\/anthropic\/models\/)([^/:]+)(:)/;

/** Anthropic's API, on its own hosts and on those of the clouds. */
export const anthropic: ApiFamily = {
  name: "anthropic",
  errorBody: (status, message) => ({ type: "error", error: { type: ERROR_TYPES[status] ?? "api_error", message } }),
  hosts: [
    { host: "api.anthropic.com", provider: "anthropic" },
    { host: "claude.googleapis.com", provider: "anthropic" },
    // The region is where the request enters; Anthropic serves it.
    { host: "aws-external-anthropic.*.api.aws", provider: "anthropic" },
    { host: "*.services.ai.azure.com", provider: "azure.ai.inference", path: /\/anthropic\// },
    { host: "bedrock-mantle.{region}.api.aws", provider: "aws.bedrock", path: /\/anthropic\// },
    ...vertexHosts(/\/publishers\/anthropic\/models\//),
  ],
  routes: [
    // A message of OpenAI's assistants is only stored, and on an unknown host a message may be anything.
    create("/messages", "chat", messages, { notAfter: /\/threads\/[^/]+/, isGeneric: true }),
    submit("/messages/batches"),
    batch("results", "/messages/batches/{id}/results", messageBatches),
    create("/publishers/anthropic/models/(?!count-tokens:){id}:rawPredict", "chat", messages),
    create("/publishers/anthropic/models/{id}:streamRawPredict", "chat", messages),
  ],
  noInference: [
    /\/messages\/count_tokens\/?$/,
    /\/messages\/batches\/[^/]+\/cancel\/?$/,
    /\/publishers\/anthropic\/models\/count-tokens:rawPredict$/,
    /\/v1\/(?:files|skills|environments|memory_stores|vaults|tunnels|user_profiles|organizations|agents)(?:\/|$)/,
    /\/oauth2?(?:\/[^/]+)*\/token\/?$/,
  ],
  request: messagesBody,
  modelOfPath: (path) => VERTEX_MODEL.exec(path)?.[2],
  pathWithModel: (path, model) => path.replace(VERTEX_MODEL, `$1${encodeURIComponent(model)}$3`),
};
