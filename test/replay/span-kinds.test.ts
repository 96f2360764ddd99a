import { expect, test } from "vitest";

import { jsonLines, replayedFiles, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";
const STARTED = 1_760_000_000;

type Attributes = Readonly<Record<string, string | number>>;

const span = (spanId: string, attributes: Attributes, more: object = {}) => ({
  traceId: TRACE,
  spanId: spanId.padStart(16, "0"),
  name: "call",
  startTimeUnixNano: `${STARTED}000000000`,
  endTimeUnixNano: `${STARTED + 2}000000000`,
  attributes: Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  })),
  ...more,
});

const otlp = (spans: readonly object[], scope = "any") => ({
  resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: scope }, spans }] }],
});

const chat = (input: number, output: number, more: Attributes = {}): Attributes => ({
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.usage.input_tokens": input,
  "gen_ai.usage.output_tokens": output,
  ...more,
});

test.for<[string, readonly object[], Record<string, number>, number]>([
  [
    "Semantic Kernel's operations and older token names",
    [
      span("1", {
        "gen_ai.operation.name": "chat.completions",
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.prompt_tokens": 100,
        "gen_ai.response.completion_tokens": 50,
      }),
      span("2", { ...chat(10, 5), "gen_ai.operation.name": "text.completions" }),
    ],
    { completed: 2, input: 110, output: 55 },
    0,
  ],
  [
    "Spring AI's images, beside its advisors",
    [
      span("1", { "gen_ai.operation.name": "framework", "gen_ai.system": "spring_ai" }),
      span("2", { "gen_ai.operation.name": "image", "gen_ai.system": "openai", "gen_ai.request.model": "dall-e-3" }),
    ],
    { completed: 1 },
    1,
  ],
  [
    "MLflow's chat models, whose attributes are JSON, and not the sum of an agent",
    [
      span("1", {
        "mlflow.spanType": '"CHAT_MODEL"',
        "mlflow.chat.tokenUsage": '{"input_tokens": 100, "output_tokens": 50, "total_tokens": 150}',
        "mlflow.llm.model": '"gpt-4o"',
        "mlflow.llm.provider": '"openai"',
      }),
      span("2", { "mlflow.spanType": '"AGENT"', "mlflow.trace.tokenUsage": '{"input_tokens": 100}' }),
    ],
    { completed: 1, input: 100, output: 50 },
    1,
  ],
  [
    "LangSmith's chains, which repeat the tokens of their calls",
    [
      span("1", { ...chat(100, 50), "gen_ai.operation.name": "chain", "langsmith.span.kind": "CHAIN" }),
      span("2", { ...chat(100, 50), "langsmith.span.kind": "LLM" }, { parentSpanId: "0000000000000001" }),
    ],
    { completed: 1, input: 100, output: 50 },
    1,
  ],
  [
    "Logfire's pending spans",
    [span("1", { ...chat(100, 50), "logfire.span_type": "pending_span" }), span("2", chat(100, 50))],
    { completed: 1, input: 100, output: 50 },
    1,
  ],
  [
    "OpenInference's reasoning beside the completion, by the total",
    [
      span("1", {
        "openinference.span.kind": "LLM",
        "llm.provider": "openai",
        "llm.model_name": "gpt-4o",
        "llm.token_count.prompt": 100,
        "llm.token_count.completion": 50,
        "llm.token_count.completion_details.reasoning": 20,
        "llm.token_count.total": 170,
      }),
    ],
    { completed: 1, input: 100, output: 50, reasoning: 20 },
    0,
  ],
  [
    "Langfuse's level of error, a failure only where there was no answer",
    [
      span("1", {
        "langfuse.observation.type": "generation",
        "langfuse.observation.level": "ERROR",
        "langfuse.observation.usage_details": '{"input": 100, "output": 50, "total": 150}',
        "gen_ai.system": "openai",
      }),
      span("2", {
        "langfuse.observation.type": "generation",
        "langfuse.observation.level": "ERROR",
        "gen_ai.system": "openai",
      }),
    ],
    { completed: 1, failed: 1, input: 100, output: 50 },
    0,
  ],
  [
    "a span without an end",
    [span("1", chat(100, 50), { endTimeUnixNano: "0" })],
    { completed: 1, input: 100, output: 50 },
    0,
  ],
])("of spans is read right: %s", async ([, spans, sums, passedOver]) => {
  const { records, outcome } = await replayedText(jsonLines(otlp(spans)));
  expect(sumsOf(records)).toStrictEqual(sums);
  expect(outcome).toMatchObject({ rejected: 0, passedOver });
  expect([...new Set(records.map(({ provider }) => provider))]).toStrictEqual(["openai"]);
});

test("Strands' spans are Bedrock's by their model, with the cache beside the input by the total", async () => {
  const agent = { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 500 };
  const call = {
    ...chat(500, 90),
    "gen_ai.provider.name": "strands-agents",
    "gen_ai.request.model": "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "gen_ai.usage.total_tokens": 1090,
    "gen_ai.usage.cache_read_input_tokens": 380,
    "gen_ai.usage.cache_write_input_tokens": 120,
  };
  const { records } = await replayedText(jsonLines(otlp([span("1", agent), span("2", call)])));
  expect(sumsOf(records)).toStrictEqual({ completed: 1, input: 500, cacheRead: 380, cacheWrite: 120, output: 90 });
  expect(records[0]!.provider).toBe("aws.bedrock");
});

test("a call of Google's ADK is read from the answer that its span quotes, and once with the span inside it", async () => {
  const quoted = { prompt_token_count: 100, candidates_token_count: 40, thoughts_token_count: 10 };
  const call = {
    "gen_ai.system": "gcp.vertex.agent",
    "gen_ai.request.model": "gemini-2.5-flash",
    "gcp.vertex.agent.llm_request": "{}",
    "gcp.vertex.agent.llm_response": JSON.stringify({ usage_metadata: quoted }),
  };
  const inner = { ...chat(100, 40), "gen_ai.system": "gcp.vertex.agent", "gen_ai.operation.name": "generate_content" };
  const { records } = await replayedText(
    jsonLines(otlp([span("1", call), span("2", call), span("3", inner, { parentSpanId: "0000000000000002" })])),
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 2, input: 200, output: 80, reasoning: 10 });
});

test("a single span is read with its times in ISO 8601, and as JavaScript prints it in microseconds", async () => {
  const iso = {
    traceId: TRACE,
    spanId: "0000000000000001",
    startTime: "2026-10-01T10:00:00Z",
    endTime: "2026-10-01T10:00:02Z",
    attributes: chat(100, 50),
  };
  const printed = {
    instrumentationScope: { name: "any" },
    traceId: TRACE,
    id: "0000000000000002",
    timestamp: Date.UTC(2026, 9, 1, 10) * 1000,
    duration: 2_000_000,
    attributes: chat(10, 5),
    status: { code: 2 },
  };
  const { records } = await replayedText(jsonLines(iso, printed));
  expect(sumsOf(records)).toStrictEqual({ completed: 1, failed: 1, input: 110, output: 55 });
  for (const { startedAt, durationSeconds } of records) {
    expect([startedAt.toISOString(), durationSeconds]).toStrictEqual(["2026-10-01T10:00:00.000Z", 2]);
  }
});

test("Jaeger's tags may be texts, and its ids may lack their zeros", async () => {
  const trace = (traceID: string, spanID: string) => ({
    traceID,
    processes: {},
    spans: [
      {
        traceID,
        spanID,
        operationName: "chat",
        startTime: STARTED * 1_000_000,
        duration: 2_000_000,
        tags: Object.entries<string | number>({ ...chat(100, 50), error: "true" }).map(([key, value]) => ({
          key,
          type: "string",
          value: String(value),
        })),
      },
    ],
  });
  const { records } = await replayedText(
    JSON.stringify({ data: [trace("abc", "d"), trace("00000000000000000000000000000abc", "000000000000000d")] }),
  );
  expect(sumsOf(records)).toStrictEqual({ failed: 1, input: 100, output: 50 });
});

test("two machines' spans of one answer are one request, though their clocks differ, and of a later answer two", async () => {
  const folder = temporaryFolder();
  const seen = (scope: string, traceId: string, started: number) =>
    otlp(
      [
        span("1", chat(100, 50, { "gen_ai.response.id": "chatcmpl-1" }), {
          traceId,
          startTimeUnixNano: `${started}000000000`,
          endTimeUnixNano: `${started + 2}000000000`,
        }),
      ],
      scope,
    );
  const [application, gateway, later] = [
    seen("application", TRACE, STARTED),
    seen("gateway", "a".repeat(32), STARTED + 5),
    seen("gateway", "b".repeat(32), STARTED + 3600),
  ];
  for (const [n, order] of [
    [application, gateway, later],
    [later, gateway, application],
  ].entries()) {
    const path = join(folder, `${n}.jsonl`);
    writeFileSync(path, jsonLines(...order));
    const { records } = await replayedFiles([[path]]);
    expect(sumsOf(records)).toStrictEqual({ completed: 2, input: 200, output: 100 });
  }
});

test("what is not an object among spans, scopes and resources is rejected, and the others count", async () => {
  const document = otlp(["cut", span("1", chat(100, 50)), 7] as object[]);
  document.resourceSpans[0]!.scopeSpans.push(null as never);
  document.resourceSpans.push("cut" as never);
  const { records, rejected } = await replayedText(JSON.stringify(document));
  expect(sumsOf(records)).toStrictEqual({ completed: 1, input: 100, output: 50 });
  expect(rejected.map(({ reason }) => reason).sort()).toStrictEqual([
    "an entry of resourceSpans is not an object",
    "an entry of scopeSpans is not an object",
    "an entry of spans is not an object",
    "an entry of spans is not an object",
  ]);
});
