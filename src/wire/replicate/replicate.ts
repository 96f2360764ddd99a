import { create, follow, type ApiFamily } from "../family.ts";
import { predictions } from "./predictions.ts";
import { replicateBody } from "./replicate-body.ts";

const MODEL = /(\/models\/)([^/]+\/[^/]+)(?:\/versions\/[^/]+)?(\/predictions\/?)$/;

/** Replicate's API. */
export const replicate: ApiFamily = {
  name: "replicate",
  errorBody: (status, message) => ({ title: "The request was not passed on", detail: message, status }),
  hosts: [
    { host: "api.replicate.com", provider: "replicate" },
    { host: "stream.replicate.com", provider: "replicate" },
    { host: "*.stream.replicate.com", provider: "replicate" },
    { host: "stream-{name}.replicate.com", provider: "replicate" },
    { host: "*.c.replicate.net", provider: "replicate" },
    { host: "router.huggingface.co", provider: "hugging_face", path: /^\/replicate\// },
  ],
  routes: [
    create("/predictions", "predictions", predictions, { isGeneric: true }),
    follow("GET", "/predictions/{id}", "predictions", predictions),
    follow("POST", "/predictions/{id}/cancel", "predictions", predictions),
    // The address of a stream is made for it; its last segment tells whose it is.
    follow("GET", "/(?:files|streams?)/{id}", "predictions", predictions),
  ],
  noInference: [
    /\/v1\/(?:files|trainings|hardware|collections|webhooks|account)(?:\/|$)/,
    /\/v1\/(?:models|deployments)(?:\/[^/]+\/[^/]+)?(?:\/versions(?:\/[^/]+)?(?:\/trainings)?)?\/?$/,
  ],
  request: replicateBody,
  modelOfPath: (path) => MODEL.exec(path)?.[2],
  pathWithModel: (path, model) => path.replace(MODEL, `$1${model}$3`),
};
