import { create, follow, type ApiFamily } from "../family.ts";
import { silent } from "../silent.ts";
import { vertexHosts } from "../vertex-hosts.ts";
import { embedContent } from "./embed-content.ts";
import { generateContent } from "./generate-content.ts";
import { interactions } from "./interactions.ts";
import { predict } from "./predict.ts";
import { veo } from "./veo.ts";
import { geminiBody } from "./gemini-body.ts";

/** As Google names its errors by status (google.rpc.Code). */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  408: "DEADLINE_EXCEEDED",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  431: "INVALID_ARGUMENT",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** Before what a path does with a model; some clients escape it. */
const VERB = "(?::|%3A)";

const MODEL = /(\/(?:models|tunedModels|endpoints)\/)([^/:]+?)((?::|%3A)[^/]*)$/i;

/** Google's API for Gemini and its siblings: of Google AI for developers, and of Vertex AI. */
export const gemini: ApiFamily = {
  name: "gemini",
  answerIdKey: "responseId",
  errorBody: (status, message) => ({ error: { code: status, message, status: STATUS_NAMES[status] ?? "INTERNAL" } }),
  hosts: [{ host: "generativelanguage.googleapis.com", provider: "gcp.gemini" }, ...vertexHosts()],
  routes: [
    create(`${VERB}generateContent`, "generate_content", generateContent),
    create(`${VERB}streamGenerateContent`, "generate_content", generateContent),
    create(`${VERB}embedContent`, "embeddings", embedContent),
    create(`${VERB}batchEmbedContents`, "embeddings", embedContent),
    // Imagen and the embeddings of Vertex AI share this verb; the model tells them apart.
    create(`/models/(?:imagen|image)[^/]*${VERB}predict`, "images", predict),
    create(`${VERB}predict`, "embeddings", predict),
    create(`${VERB}predictLongRunning`, "videos", veo),
    create(`${VERB}batchGenerateContent`, "batches", silent),
    create(`${VERB}asyncBatchEmbedContent`, "batches", silent),
    create("/interactions", "interactions", interactions),
    follow("GET", "/interactions/{id}", "interactions", interactions),
    follow("POST", "/interactions/{id}/cancel", "interactions", interactions),
  ],
  noInference: [
    /:(?:countTokens|computeTokens|fetchPredictOperation|cancel|copy|import|importFile|upload\w*|undelete)$/,
    /\/(?:upload|files|cachedContents|tuningJobs|tunedModels|fileSearchStores|ragStores|corpora|auth_tokens|operations|webhooks)(?:\/[^/:]+)*\/?$/,
  ],
  request: geminiBody,
  modelOfPath: (path) => MODEL.exec(path)?.[2],
  pathWithModel: (path, model) => path.replace(MODEL, `$1${encodeURIComponent(model)}$3`),
};
