import { create, type ApiFamily } from "../family.ts";
import { SHARED_ROUTES } from "../openai/openai.ts";
import { requestBody } from "../openai/request-body.ts";
import { silent } from "../silent.ts";
import { conversations } from "./conversations.ts";
import { ocr } from "./ocr.ts";

/** Mistral's API. */
export const mistral: ApiFamily = {
  name: "mistral",
  hosts: [{ host: "*.mistral.ai", provider: "mistral_ai" }],
  routes: [
    ...SHARED_ROUTES,
    create("/classifications", "classifications", silent),
    create("/chat/classifications", "classifications", silent),
    create("/conversations", "conversations", conversations),
    create("/conversations/{id}", "conversations", conversations),
    create("/conversations/{id}/restart", "conversations", conversations),
    create("/ocr", "ocr", ocr),
    create("/batch/jobs", "batches", silent),
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
};
