import { batch, create, submit, type ApiFamily } from "../family.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import { SHARED_ROUTES } from "../openai/openai.ts";
import { requestBody } from "../openai/request-body.ts";
import { silent } from "../silent.ts";
import { conversations } from "./conversations.ts";
import { batchJobs } from "./batch-jobs.ts";
import { ocr } from "./ocr.ts";
import { vertexHosts } from "../vertex-hosts.ts";

const VERTEX_MODEL = /(\/publishers\/mistralai\/models\/)([^/:]+)(:)/;

/** Mistral's API, on its own hosts and as Vertex AI serves it. */
export const mistral: ApiFamily = {
  name: "mistral",
  errorBody: (status, message) => ({
    object: "error",
    message,
    type: status === 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error",
    param: null,
    code: String(status),
  }),
  hosts: [
    { host: "*.mistral.ai", provider: "mistral_ai" },
    { host: "api.eu.mistral.ai", provider: "mistral_ai", zone: ["EU", "EFTA"] },
    { host: "api.us.mistral.ai", provider: "mistral_ai", zone: "USA" },
    ...vertexHosts(/\/publishers\/mistralai\/models\//),
  ],
  routes: [
    ...SHARED_ROUTES,
    create("/classifications", "classifications", silent),
    create("/chat/classifications", "classifications", silent),
    create("/conversations", "conversations", conversations),
    create("/conversations/{id}", "conversations", conversations),
    create("/conversations/{id}/restart", "conversations", conversations),
    create("/ocr", "ocr", ocr),
    submit("/batch/jobs"),
    batch("batch", "/batch/jobs/{id}", batchJobs),
    batch("results", "/files/{id}/content", batchJobs),
    create("/publishers/mistralai/models/mistral-ocr[^/:]*:rawPredict", "ocr", ocr),
    create("/publishers/mistralai/models/{id}:rawPredict", "chat", chatCompletions),
    create("/publishers/mistralai/models/{id}:streamRawPredict", "chat", chatCompletions),
  ],
  noInference: [
    /\/(?:files|fine_tuning|libraries|connectors|workflows|prompts|skills)(?:\/|$)/,
    /\/batch\/jobs\/[^/]+\/cancel\/?$/,
    /\/agents(?:\/[^/]+)?\/?$/,
    /\/audio\/voices(?:\/|$)/,
    /\/client\/sessions\/?$/,
    /\/observability\/(?!.*live-judging)/,
  ],
  request: requestBody,
  modelOfPath: (path) => VERTEX_MODEL.exec(path)?.[2],
  pathWithModel: (path, model) => path.replace(VERTEX_MODEL, `$1${encodeURIComponent(model)}$3`),
};
