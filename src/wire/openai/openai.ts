import { batch, create, follow, submit, type ApiFamily, type Route } from "../family.ts";
import { silent } from "../silent.ts";
import { videos } from "./videos.ts";
import { audio } from "./audio.ts";
import { assistantRuns, chatCompletions } from "./chat-completions.ts";
import { CLOUD_HOSTS } from "./cloud-hosts.ts";
import { fileBatches } from "./file-batches.ts";
import { COMPATIBLE_HOSTS } from "./compatible-hosts.ts";
import { embeddings } from "./embeddings.ts";
import { images } from "./images.ts";
import { requestBody } from "./request-body.ts";
import { rerank } from "./rerank.ts";
import { responses } from "./responses.ts";
import { ROUTER_HOSTS } from "./router-hosts.ts";

/** What OpenAI and Mistral have in common. */
export const SHARED_ROUTES: readonly Route[] = [
  create("/chat/completions", "chat", chatCompletions),
  create("/fim/completions", "fim", chatCompletions),
  create("/agents/completions", "agents", chatCompletions),
  create("/embeddings", "embeddings", embeddings),
  create("/audio/transcriptions", "transcriptions", audio),
  create("/audio/translations", "translations", audio),
  create("/audio/speech", "speech", audio),
  create("/chat/moderations", "moderations", silent),
  create("/moderations", "moderations", silent),
];

/** OpenAI's API, Azure's form of it, and that of all who speak like it. */
export const openai: ApiFamily = {
  name: "openai",
  hosts: [...COMPATIBLE_HOSTS, ...CLOUD_HOSTS, ...ROUTER_HOSTS],
  routes: [
    ...SHARED_ROUTES,
    create("/completions", "completions", chatCompletions),
    // Of Databricks and Snowflake, each beside the path that all have.
    create("/serving-endpoints/{id}/invocations", "chat", chatCompletions),
    create("/cortex/inference:complete", "chat", chatCompletions),
    // Of Together, Voyage, Jina, vLLM and others; OpenAI has none of them.
    create("/rerank", "rerank", rerank),
    create("/reranks", "rerank", rerank),
    create("/multimodalembeddings", "embeddings", embeddings),
    create("/contextualizedembeddings", "embeddings", embeddings),
    create("/pooling", "embeddings", embeddings, { isGeneric: true }),
    create("/score", "rerank", rerank, { isGeneric: true }),
    create("/classify", "classifications", rerank, { isGeneric: true }),
    create("/responses", "responses", responses),
    create("/responses/compact", "responses", responses),
    follow("GET", "/responses/{id}", "responses", responses),
    follow("POST", "/responses/{id}/cancel", "responses", responses),
    create("/decisions", "decisions", responses),
    create("/agents/sessions/{id}/events", "agents", responses),
    create("/images/generations", "images", images),
    create("/images/edits", "images", images),
    create("/images/variations", "images", images),
    create("/videos", "videos", videos),
    create("/videos/edits", "videos", videos),
    create("/videos/extensions", "videos", videos),
    create("/videos/{id}/remix", "videos", videos),
    // Of xAI and Z.ai, and of Azure's first form.
    create("/videos/generations", "videos", videos),
    create("/video/generations/jobs", "videos", videos),
    // Of MiniMax, SiliconFlow and Volcengine.
    create("/video_generation", "videos", videos),
    create("/video/submit", "videos", videos),
    create("/contents/generations/tasks", "videos", videos),
    submit("/batches", { notAfter: /\/messages/ }),
    batch("batch", "/batches/{id}", fileBatches),
    batch("results", "/files/{id}/content", fileBatches),
    create("/threads/runs", "runs", assistantRuns),
    create("/threads/{id}/runs", "runs", assistantRuns),
    follow("GET", "/threads/{id}/runs/{id}", "runs", assistantRuns),
    follow("POST", "/threads/{id}/runs/{id}/submit_tool_outputs", "runs", assistantRuns),
    follow("POST", "/threads/{id}/runs/{id}/cancel", "runs", assistantRuns),
  ],
  noInference: [
    /\/batches\/[^/]+\/cancel\/?$/,
    /\/(?:files|uploads|vector_stores|containers|conversations|assistants|skills|vaults|chatkit|fine_tuning)(?:\/|$)/,
    /\/(?:organization|webhook_endpoints|content_provenance_checks|evals)(?:\/|$)/,
    /\/projects\/(?!.*\/locations\/)/,
    /\/threads(?:\/[^/]+(?:\/messages(?:\/[^/]+)?)?)?\/?$/,
    /\/threads\/[^/]+\/runs\/[^/]+\/?$/,
    /\/chat\/completions\/[^/]+\/?$/,
    /\/responses\/input_tokens\/?$/,
    // Of Anthropic's Messages, which many compatible hosts answer besides.
    /\/messages\/count_tokens\/?$/,
    /\/videos\/characters\/?$/,
    /\/video\/status\/?$/,
    /\/agents\/(?:sessions|automations)\/?$/,
    /\/(?:realtime|live)\/(?:sessions|client_secrets|transcription_sessions|calls)(?:\/|$)/,
    /\/audio\/voice(?:s|_consents)(?:\/|$)/,
    /\/(?:oauth2?(?:\/[^/]+)*\/)?token\/?$/,
  ],
  request: requestBody,
  modelOfPath: (path) => /\/deployments\/([^/]+)\//.exec(path)?.[1],
};
