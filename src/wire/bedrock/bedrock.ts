// cspell:ignore errortype
import { AWS_SUFFIXES } from "../aws-suffixes.ts";
import { create, type ApiFamily } from "../family.ts";
import type { HostRule } from "../host-rule.ts";
import { silent } from "../silent.ts";
import { asyncInvoke } from "./async-invoke.ts";
import { bedrockBody } from "./bedrock-body.ts";
import { modelOfId } from "./model-id.ts";
import { converse } from "./converse.ts";
import { invoke } from "./invoke.ts";

const PROVIDER = "aws.bedrock";

/** Every partition's, with FIPS and dual-stack, and private endpoints. */
const HOSTS: readonly HostRule[] = [
  ...["bedrock-runtime", "bedrock-runtime-fips"].flatMap((service) =>
    AWS_SUFFIXES.map((suffix) => ({ host: `${service}.{region}.${suffix}`, provider: PROVIDER })),
  ),
  { host: "*.bedrock-runtime.{region}.vpce.amazonaws.com", provider: PROVIDER },
];

/** A model's id, URL-encoded or, as an ARN may be, with slashes. */
const MODEL = "/model/.+";

/** Bedrock's runtime: Converse, and InvokeModel with each vendor's own bodies. */
export const bedrock: ApiFamily = {
  name: "bedrock",
  errorBody: (_status, message) => ({ message }),
  errorHeaders: (status) => ({ "x-amzn-errortype": EXCEPTIONS[status] ?? "InternalServerException" }),
  hosts: HOSTS,
  routes: [
    create(`${MODEL}/converse`, "chat", converse),
    create(`${MODEL}/converse-stream`, "chat", converse),
    create("/model/[^/]*embed[^/]*/invoke", "embeddings", invoke),
    create("/model/[^/]*rerank[^/]*/invoke", "rerank", invoke),
    create("/model/[^/]*(?:stability\\.|titan-image|nova-canvas)[^/]*/invoke", "images", invoke),
    create(`${MODEL}/invoke`, "chat", invoke),
    create(`${MODEL}/invoke-with-response-stream`, "chat", invoke),
    create("/async-invoke", "async_invoke", asyncInvoke),
    create("/guardrail/{id}/version/{id}/apply", "moderations", silent),
  ],
  noInference: [/\/model\/.+\/count-tokens\/?$/],
  request: bedrockBody,
  modelOfPath: modelOf,
  pathWithModel: (path, model) => path.replace(MODEL_IN_PATH, `$1${encodeURIComponent(model)}$3`),
};

/** By which the AWS SDKs know an error. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: "ValidationException",
  401: "AccessDeniedException",
  404: "ResourceNotFoundException",
  408: "ModelTimeoutException",
  413: "ValidationException",
  429: "ThrottlingException",
  431: "ValidationException",
  503: "ServiceUnavailableException",
};

const MODEL_IN_PATH = /(\/model\/)(.+)(\/(?:converse|invoke)[a-z-]*\/?)$/;

function modelOf(path: string): string | undefined {
  const encoded = MODEL_IN_PATH.exec(path)?.[2];
  return encoded === undefined ? undefined : modelOfId(decoded(encoded));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
