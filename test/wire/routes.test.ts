import { describe, expect, test } from "vitest";

import { anthropic } from "../../src/wire/anthropic/anthropic.ts";
import { matchRoute, usesNoModel, type ApiFamily, type Match } from "../../src/wire/family.ts";
import { mistral } from "../../src/wire/mistral/mistral.ts";
import { openai } from "../../src/wire/openai/openai.ts";

const FAMILY: Readonly<Record<string, ApiFamily>> = { anthropic, openai, mistral };
type FamilyName = "anthropic" | "openai" | "mistral";
const matchEndpoint = (family: FamilyName, method: string, path: string): Match | undefined =>
  matchRoute(FAMILY[family]!, method, path);

const operationOf = (family: FamilyName, method: string, path: string): string | undefined => {
  const match = matchEndpoint(family, method, path);
  return match && `${match.endpoint.role} ${match.endpoint.operation}`;
};

const CREATED: readonly (readonly [FamilyName, path: string, operation: string])[] = [
  ["openai", "/chat/completions", "chat"],
  ["openai", "/completions", "completions"],
  ["openai", "/serving-endpoints/ours/invocations", "chat"],
  ["openai", "/cortex/inference:complete", "chat"],
  ["openai", "/responses", "responses"],
  ["openai", "/responses/compact", "responses"],
  ["openai", "/decisions", "decisions"],
  ["openai", "/agents/sessions/sess_1/events", "agents"],
  ["openai", "/embeddings", "embeddings"],
  ["openai", "/images/generations", "images"],
  ["openai", "/images/edits", "images"],
  ["openai", "/images/variations", "images"],
  ["openai", "/audio/transcriptions", "transcriptions"],
  ["openai", "/audio/translations", "translations"],
  ["openai", "/audio/speech", "speech"],
  ["openai", "/moderations", "moderations"],
  ["openai", "/videos", "videos"],
  ["openai", "/videos/edits", "videos"],
  ["openai", "/videos/extensions", "videos"],
  ["openai", "/videos/video_1/remix", "videos"],
  ["openai", "/threads/runs", "runs"],
  ["openai", "/threads/thread_1/runs", "runs"],
  ["mistral", "/chat/completions", "chat"],
  ["mistral", "/fim/completions", "fim"],
  ["mistral", "/agents/completions", "agents"],
  ["mistral", "/embeddings", "embeddings"],
  ["mistral", "/audio/transcriptions", "transcriptions"],
  ["mistral", "/audio/speech", "speech"],
  ["mistral", "/moderations", "moderations"],
  ["mistral", "/chat/moderations", "moderations"],
  ["mistral", "/classifications", "classifications"],
  ["mistral", "/chat/classifications", "classifications"],
  ["mistral", "/conversations", "conversations"],
  ["mistral", "/conversations/conv_1", "conversations"],
  ["mistral", "/conversations/conv_1/restart", "conversations"],
  ["mistral", "/ocr", "ocr"],
];

describe.for(["", "/v1", "/openai/v1", "/openai/deployments/completions", "/proxy/team-a/v1"])("below %j", (prefix) => {
  test.for(CREATED)("%s: POST %s is a request", ([family, path, operation]) => {
    expect(operationOf(family, "POST", prefix + path)).toBe(`create ${operation}`);
    expect(operationOf(family, "POST", `${prefix}${path}/`)).toBe(`create ${operation}`);
  });
});

test.for(CREATED)("%s: %s is a request by POST alone", ([family, path]) => {
  for (const method of ["GET", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]) {
    expect(operationOf(family, method, `/v1${path}`)?.startsWith("create") ?? false, method).toBe(false);
  }
});

test.for([
  ["GET", "/v1/responses/resp_1", "responses", "resp_1"],
  ["POST", "/v1/responses/resp_1/cancel", "responses", "resp_1"],
  ["GET", "/v1/threads/thread_1/runs/run_1", "runs", "run_1"],
  ["POST", "/v1/threads/thread_1/runs/run_1/cancel", "runs", "run_1"],
  ["POST", "/v1/threads/thread_1/runs/run_1/submit_tool_outputs", "runs", "run_1"],
] as const)("%s %s asks after a request that was made before", ([method, path, operation, id]) => {
  const match = matchEndpoint("openai", method, path);
  expect([match?.endpoint.role, match?.endpoint.operation, match?.followedId]).toStrictEqual(["follow", operation, id]);
});

test.for([
  ["openai", "POST", "/v1/batches", "submit", undefined],
  ["openai", "GET", "/v1/batches/batch_1", "batch", "batch_1"],
  ["openai", "GET", "/v1/files/file-1/content", "results", "file-1"],
  ["mistral", "POST", "/v1/batch/jobs", "submit", undefined],
  ["mistral", "GET", "/v1/batch/jobs/job_1", "batch", "job_1"],
  ["mistral", "GET", "/v1/files/file_1/content", "results", "file_1"],
  ["anthropic", "POST", "/v1/messages/batches", "submit", undefined],
  ["anthropic", "GET", "/v1/messages/batches/msgbatch_1/results", "results", "msgbatch_1"],
] as const)("%s: %s %s belongs to a batch", ([family, method, path, role, id]) => {
  const match = matchEndpoint(family, method, path);
  expect([match?.endpoint.role, match?.endpoint.operation, match?.followedId]).toStrictEqual([role, "batches", id]);
});

/** Lists, uploads, counts, tokens, updates, folders: nothing of it runs a model. */
const NOT_REQUESTS: readonly (readonly [FamilyName, method: string, path: string])[] = [
  ["openai", "GET", "/v1/models"],
  ["openai", "GET", "/v1/chat/completions"],
  ["openai", "GET", "/v1/chat/completions/chatcmpl_1"],
  ["openai", "POST", "/v1/chat/completions/chatcmpl_1"],
  ["openai", "DELETE", "/v1/chat/completions/chatcmpl_1"],
  ["openai", "GET", "/v1/responses/resp_1/input_items"],
  ["openai", "POST", "/v1/responses/input_tokens"],
  ["openai", "DELETE", "/v1/responses/resp_1"],
  ["openai", "POST", "/v1/messages/count_tokens"],
  ["openai", "POST", "/v1/conversations"],
  ["openai", "POST", "/v1/conversations/conv_1"],
  ["openai", "POST", "/v1/conversations/conv_1/items"],
  ["openai", "POST", "/v1/files"],
  ["openai", "POST", "/v1/uploads"],
  ["openai", "POST", "/v1/uploads/upload_1/parts"],
  ["openai", "POST", "/v1/uploads/upload_1/complete"],
  ["openai", "POST", "/v1/vector_stores"],
  ["openai", "POST", "/v1/vector_stores/vs_1/search"],
  ["openai", "POST", "/v1/assistants"],
  ["openai", "POST", "/v1/threads"],
  ["openai", "POST", "/v1/threads/thread_1/messages"],
  ["openai", "POST", "/v1/threads/thread_1/runs/run_1"],
  ["openai", "GET", "/v1/threads/thread_1/runs"],
  ["openai", "GET", "/v1/threads/thread_1/runs/run_1/steps"],
  ["openai", "GET", "/v1/batches"],
  ["openai", "POST", "/v1/batches/batch_1/cancel"],
  ["openai", "GET", "/v1/videos/video_1"],
  ["openai", "GET", "/v1/videos/video_1/content"],
  ["openai", "POST", "/v1/videos/characters"],
  ["openai", "POST", "/v1/fine_tuning/jobs"],
  ["openai", "POST", "/v1/realtime/sessions"],
  ["openai", "POST", "/v1/realtime/client_secrets"],
  ["openai", "POST", "/v1/oauth/token"],
  ["openai", "POST", "/oauth2/v2.0/token"],
  ["openai", "POST", "/v1/agents/sessions"],
  ["openai", "POST", "/v1/audio/voices"],
  ["openai", "POST", "/v1/ocr"],
  ["mistral", "POST", "/v1/agents"],
  ["mistral", "POST", "/v1/files"],
  ["mistral", "POST", "/v1/libraries/lib_1/documents"],
  ["mistral", "POST", "/v1/audio/voices"],
  ["mistral", "POST", "/v1/batch/jobs/job_1/cancel"],
  ["mistral", "GET", "/v1/conversations/conv_1/history"],
  ["mistral", "GET", "/v1/conversations/conv_1"],
  ["mistral", "DELETE", "/v1/conversations/conv_1"],
  ["mistral", "POST", "/v1/responses"],
  ["mistral", "POST", "/v1/workflows/executions/e_1/cancel"],
];

test.for(NOT_REQUESTS)("%s: %s %s is not a request that its family knows", ([family, method, path]) => {
  expect(operationOf(family, method, path)).toBeUndefined();
});

/** Paths of another family, which this one does not know. */
const OTHERS = ["openai /v1/ocr", "mistral /v1/responses"];

test.for(NOT_REQUESTS.filter(([family, method, path]) => method === "POST" && !OTHERS.includes(`${family} ${path}`)))(
  "%s: %s %s is known to use no model",
  ([family, , path]) => {
    expect(usesNoModel(FAMILY[family]!, path)).toBe(true);
  },
);
