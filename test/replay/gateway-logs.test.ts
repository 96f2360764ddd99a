// cspell:ignore acreate avideo
import { expect, test } from "vitest";

import { jsonLines, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

test("only the messages among Claude Code's lines are read, also without the session's id", async () => {
  const { outcome } = await replayedText(
    jsonLines(
      { type: "summary", summary: "a title", leafUuid: "1" },
      { type: "queue-operation", operation: "enqueue", timestamp: "2026-10-01T10:00:00.000Z", sessionId: "s" },
      { type: "file-history-snapshot", messageId: "2", snapshot: {}, isSnapshotUpdate: false },
      { type: "user", sessionId: "s", uuid: "3", timestamp: "2026-10-01T10:00:00.000Z", message: { role: "user" } },
    ),
  );
  expect(outcome).toMatchObject({ requests: 0, rejected: 0, passedOver: 4 });
});

test("Claude Code's lines without their own id, and Gemini CLI's sessions without their project, are known", async () => {
  const line = { type: "user", sessionId: "s", timestamp: "2026-10-01T10:00:00.000Z", message: { role: "user" } };
  expect((await replayedText(jsonLines(line))).outcome).toMatchObject({ requests: 0, rejected: 0, passedOver: 1 });
  const tokens = { input: 100, output: 10, cached: 40, thoughts: 20, tool: 5, total: 135 };
  const message = { id: "1", type: "gemini", timestamp: "2026-10-01T10:00:01Z", model: "gemini-2.5-pro", tokens };
  const { records } = await replayedText(JSON.stringify({ sessionId: "g", messages: [message] }));
  expect(sumsOf(records)).toStrictEqual({ completed: 1, input: 65, cacheRead: 40, output: 10, reasoning: 20 });
});

test("answers that API Management has logged are read under both spellings of their names", async () => {
  const answer = JSON.stringify({
    model: "gpt-4o-2024-08-06",
    usage: { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
  });
  const { records } = await replayedText(
    jsonLines(
      { TimeGenerated: "2026-10-01T10:00:00Z", CorrelationId: "1", BackendResponseBody: answer },
      {
        ...{ time: "2026-10-01T10:00:00Z", category: "GatewayLogs", correlationId: "2" },
        properties: { backendResponseBody: answer, backendResponseCode: 200 },
      },
      {
        ...{ time: "2026-10-01T10:00:00Z", category: "GatewayLogs", correlationId: "3" },
        properties: { backendResponseBody: answer, backendResponseCode: 429 },
      },
    ),
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 2, failed: 1, input: 12, cacheRead: 8, output: 6 });
});

test("Gemini CLI's lines stand below their session's, whose id tells them apart", async () => {
  const session = (sessionId: string) => [
    { sessionId, projectHash: "x", startTime: "2026-10-01T10:00:00Z" },
    { id: "0", type: "user", timestamp: "2026-10-01T10:00:00Z", content: "" },
    {
      ...{ id: "1", type: "gemini", timestamp: "2026-10-01T10:00:01Z", content: "", model: "gemini-2.5-pro" },
      tokens: { input: 100, output: 10, cached: 40, thoughts: 5, tool: 0, total: 115 },
    },
  ];
  const { records, outcome } = await replayedText(jsonLines(...session("a"), ...session("b"), ...session("a")));
  expect(sumsOf(records)).toStrictEqual({ completed: 2, input: 120, cacheRead: 80, output: 20, reasoning: 10 });
  expect(outcome).toMatchObject({ rejected: 0, passedOver: 6 });
});

test("observations and runs that failed count, and those that call no model are passed over", async () => {
  const observation = { id: "o1", traceId: "t", startTime: "2026-10-01T10:00:00Z", type: "GENERATION" };
  const run = { id: "r1", run_type: "llm", start_time: "2026-10-01T10:00:00" };
  const { records, outcome } = await replayedText(
    jsonLines(
      { ...observation, model: "gpt-4o", level: "ERROR" },
      { ...observation, id: "o2", type: "SPAN" },
      { ...run, status: "error", extra: { invocation_params: { model: "gpt-4o" } } },
    ),
  );
  expect(sumsOf(records)).toStrictEqual({ failed: 2 });
  expect(records.map(({ requestedModel }) => requestedModel)).toStrictEqual(["gpt-4o", "gpt-4o"]);
  expect(outcome).toMatchObject({ rejected: 0, passedOver: 1 });
});

test("Cloudflare's flags may be 0 and 1", async () => {
  const log = (id: string, cached: number, success: number) => ({
    id,
    created_at: "2026-10-01T10:00:00Z",
    provider: "openai",
    model: "gpt-4o",
    tokens_in: 100,
    tokens_out: 50,
    cached,
    success,
  });
  const { records, outcome } = await replayedText(
    JSON.stringify({ result: [log("1", 0, 1), log("2", 1, 1), log("3", 0, 0)] }),
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 1, failed: 1, input: 100, output: 50 });
  expect(outcome).toMatchObject({ passedOver: 1 });
});

test("all of Langfuse's details count where the total is their sum, and those inside the input do not add to it", async () => {
  const observation = (id: string, usageDetails: object) => ({
    id,
    traceId: "t",
    type: "GENERATION",
    startTime: "2026-10-01T10:00:00Z",
    model: "gpt-4o",
    usageDetails,
  });
  const { records } = await replayedText(
    jsonLines(
      observation("1", {
        input: 10,
        input_audio_tokens: 30,
        input_cached_tokens: 40,
        output: 5,
        output_audio_tokens: 15,
        output_reasoning_tokens: 25,
        total: 125,
      }),
      observation("2", { input: 10, input_cache_creation_5m: 5, input_cache_creation_1h: 15, output: 5, total: 35 }),
      observation("3", { input: 100, input_audio_tokens: 30, output: 50, total: 150 }),
    ),
  );
  expect(sumsOf(records)).toStrictEqual({
    completed: 3,
    input: 40 + 10 + 100,
    cacheRead: 40,
    cacheWrite: 20,
    output: 20 + 5 + 50,
    reasoning: 25,
  });
});

test("videos of LiteLLM are as long as their usage says; asking after them and fetching them do not count", async () => {
  const row = (id: string, callType: string, usage: object) =>
    JSON.stringify({
      ...{ request_id: id, call_type: callType, startTime: 1759744800000, model: "sora-2-pro", response_cost: 1 },
      ...{ custom_llm_provider: "openai", prompt_tokens: 0, completion_tokens: 0, metadata: { usage_object: usage } },
    });
  const rows = [
    row("1", "acreate_video", { duration_seconds: 8 }),
    row("2", "avideo_generation", { duration_seconds: 4.5 }),
    row("3", "avideo_remix", {}),
    row("4", "avideo_status", {}),
    row("5", "avideo_content", {}),
  ];
  const { records, outcome } = await replayedText(rows.join("\n"));
  expect(sumsOf(records)).toStrictEqual({ completed: 3, videos: 3, videoSeconds: 12.5 });
  expect(outcome).toMatchObject({ rejected: 0 });
  expect(records.every(({ operation, footprint }) => operation === "videos" && footprint !== undefined)).toBe(true);
});

test("a line in which Python wrote NaN is read, and a count that is NaN is missing", async () => {
  const row = (id: string, spend: string, tokens: string) =>
    `{"request_id":"${id}","call_type":"acompletion","startTime":1759744800000,"model":"gpt-4o","custom_llm_provider":"openai","prompt_tokens":${tokens},"completion_tokens":${tokens},"spend":${spend}}\n`;
  const { records, outcome } = await replayedText(row("1", "NaN", "100.0") + row("2", "0.1", "NaN"));
  expect(sumsOf(records)).toStrictEqual({ completed: 2, input: 100, output: 100 });
  expect(outcome).toMatchObject({ rejected: 0 });
});
