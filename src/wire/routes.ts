import { audio } from "./openai/audio.ts";
import { assistantRuns, chatCompletions } from "./openai/chat-completions.ts";
import { conversations } from "./mistral/conversations.ts";
import type { Dialect, Endpoint } from "./dialect.ts";
import { embeddings } from "./openai/embeddings.ts";
import { images } from "./openai/images.ts";
import { ocr } from "./mistral/ocr.ts";
import { responses } from "./openai/responses.ts";
import { silent } from "./silent.ts";

/** Whose paths they are: `/conversations` is an inference at Mistral and a folder at OpenAI. */
export type ApiFamily = "openai" | "mistral";

interface Route {
  readonly families: readonly ApiFamily[];
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  readonly endpoint: Endpoint;
}

const BOTH = ["openai", "mistral"] as const;
const OPENAI = ["openai"] as const;
const MISTRAL = ["mistral"] as const;

/**
 * Every path that creates something with a model, and those that ask after it. All else (lists, uploads, files,
 * token counts, token exchanges, vector stores, fine-tuning, realtime sessions) is no request.
 */
const ROUTES: readonly Route[] = [
  create(BOTH, "/chat/completions", "chat", chatCompletions),
  create(BOTH, "/fim/completions", "fim", chatCompletions),
  create(BOTH, "/agents/completions", "agents", chatCompletions),
  create(OPENAI, "/completions", "completions", chatCompletions),
  create(OPENAI, "/responses", "responses", responses),
  create(OPENAI, "/responses/compact", "responses", responses),
  follow(OPENAI, "GET", "/responses/{id}", "responses", responses),
  follow(OPENAI, "POST", "/responses/{id}/cancel", "responses", responses),
  create(OPENAI, "/decisions", "decisions", responses),
  create(OPENAI, "/agents/sessions/{id}/events", "agents", responses),
  create(BOTH, "/embeddings", "embeddings", embeddings),
  create(OPENAI, "/images/generations", "images", images),
  create(OPENAI, "/images/edits", "images", images),
  create(OPENAI, "/images/variations", "images", images),
  create(BOTH, "/audio/transcriptions", "transcriptions", audio),
  create(BOTH, "/audio/translations", "translations", audio),
  create(BOTH, "/audio/speech", "speech", audio),
  create(BOTH, "/moderations", "moderations", silent),
  create(BOTH, "/chat/moderations", "moderations", silent),
  create(MISTRAL, "/classifications", "classifications", silent),
  create(MISTRAL, "/chat/classifications", "classifications", silent),
  create(OPENAI, "/videos", "videos", silent),
  create(OPENAI, "/videos/edits", "videos", silent),
  create(OPENAI, "/videos/extensions", "videos", silent),
  create(OPENAI, "/videos/{id}/remix", "videos", silent),
  create(OPENAI, "/batches", "batches", responses),
  follow(OPENAI, "GET", "/batches/{id}", "batches", responses),
  follow(OPENAI, "POST", "/batches/{id}/cancel", "batches", responses),
  create(OPENAI, "/threads/runs", "runs", assistantRuns),
  create(OPENAI, "/threads/{id}/runs", "runs", assistantRuns),
  follow(OPENAI, "GET", "/threads/{id}/runs/{id}", "runs", assistantRuns),
  follow(OPENAI, "POST", "/threads/{id}/runs/{id}/submit_tool_outputs", "runs", assistantRuns),
  follow(OPENAI, "POST", "/threads/{id}/runs/{id}/cancel", "runs", assistantRuns),
  create(MISTRAL, "/conversations", "conversations", conversations),
  create(MISTRAL, "/conversations/{id}", "conversations", conversations),
  create(MISTRAL, "/conversations/{id}/restart", "conversations", conversations),
  create(MISTRAL, "/ocr", "ocr", ocr),
  create(MISTRAL, "/batch/jobs", "batches", silent),
];

/** A request as the wire knows it: what it does and, where it follows another one, whom. */
export interface Match {
  readonly endpoint: Endpoint;
  /** The id of the response, run or batch that is asked after. */
  readonly followedId: string | undefined;
}

/**
 * What a call of `path` is, or undefined when it is no request.
 *
 * @param path without host and query; whatever stands before the known ending (`/v1`, `/openai/deployments/x`) is free
 */
export function matchEndpoint(family: ApiFamily, method: string, path: string): Match | undefined {
  for (const { families, method: wanted, pattern, endpoint } of ROUTES) {
    if (wanted !== method || !families.includes(family)) continue;
    const match = pattern.exec(path);
    if (match) return { endpoint, followedId: endpoint.role === "follow" ? match.at(-1) : undefined };
  }
  return undefined;
}

function create(families: readonly ApiFamily[], path: string, operation: string, dialect: Dialect): Route {
  return { families, method: "POST", pattern: endingIn(path), endpoint: { operation, dialect, role: "create" } };
}

function follow(
  families: readonly ApiFamily[],
  method: Route["method"],
  path: string,
  operation: string,
  dialect: Dialect,
): Route {
  return { families, method, pattern: endingIn(path), endpoint: { operation, dialect, role: "follow" } };
}

/** Anchored at the end. What stands before must not make another known path of it: `/fim/completions` is no `/completions`. */
function endingIn(path: string): RegExp {
  const before =
    path === "/completions" ? "(?<!/chat|/fim|/agents)" : path.startsWith("/moderations") ? "(?<!/chat)" : "";
  return new RegExp(`${before}${path.replaceAll("{id}", "([^/]+)")}/?$`);
}
