// cspell:ignore pydantic
import { expect, test } from "vitest";

import { jsonLines, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";
const [STARTED, ENDED] = ["2025-10-06T08:00:00.123456+00:00", "2025-10-06T08:00:02+00:00"];

const openinference = {
  "openinference.span.kind": "LLM",
  "llm.model_name": "gpt-4o",
  "llm.provider": "openai",
  "llm.token_count.prompt": 100,
  "llm.token_count.completion": 50,
};
const genai = {
  "gen_ai.operation.name": "chat",
  "gen_ai.system": "openai",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.usage.input_tokens": 100,
  "gen_ai.usage.output_tokens": 50,
};
const { "gen_ai.usage.input_tokens": _input, "gen_ai.usage.output_tokens": _output, ...unused } = genai;

/** A span as Phoenix's API and its data frames have it. */
const phoenix = (spanId: string, attributes: object, more: object = {}) => ({
  name: "ChatCompletion",
  context: { trace_id: TRACE, span_id: spanId },
  span_kind: "LLM",
  parent_id: null,
  start_time: STARTED,
  end_time: ENDED,
  status_code: "OK",
  attributes,
  ...more,
});

const logfire = (spanId: string, attributes: object, status: string | null = null) => ({
  start_timestamp: STARTED,
  end_timestamp: ENDED,
  trace_id: TRACE,
  span_id: spanId,
  parent_span_id: null,
  span_name: "chat gpt-4o",
  otel_scope_name: "pydantic-ai",
  otel_status_code: status,
  attributes,
});

const zipkin = (id: string, tags: object) => ({
  traceId: TRACE,
  id,
  kind: "CLIENT",
  name: "chat gpt-4o",
  timestamp: 1_760_000_000_000_000,
  duration: 2_000_000,
  tags,
});

const mlflow = {
  "mlflow.spanType": '"CHAT_MODEL"',
  "mlflow.chat.tokenUsage": '{"input_tokens": 100, "output_tokens": 50, "total_tokens": 150}',
  "mlflow.llm.model": '"gpt-4o"',
};

const csv = (...rows: readonly Readonly<Record<string, string | number>>[]): string => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))]
    .map((cells) => cells.map(quoted).join(","))
    .join("\n");
};

const flat = (spanId: string, attributes: object, status = "OK") => ({
  "": 0,
  name: "ChatCompletion",
  start_time: "2025-10-06 08:00:00.123456+00:00",
  end_time: "2025-10-06 08:00:02+00:00",
  status_code: status,
  "context.span_id": spanId,
  "context.trace_id": TRACE,
  ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value as string])),
});

const one = { completed: 1, input: 100, output: 50 };
const andAFailure = { ...one, failed: 1 };

test.for<[string, string, Record<string, number>]>([
  [
    "Phoenix's API",
    JSON.stringify({ data: [phoenix("1", openinference), phoenix("2", {}, { status_code: "ERROR" })] }),
    andAFailure,
  ],
  [
    "Phoenix, with attributes in objects",
    jsonLines(
      phoenix("1", { llm: { model_name: "gpt-4o", provider: "openai", token_count: { prompt: 100, completion: 50 } } }),
    ),
    one,
  ],
  [
    "Phoenix's data frame as CSV, a column per attribute",
    csv(
      flat("1", openinference),
      flat("2", { "openinference.span.kind": "AGENT" }),
      flat("3", { "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o" }, "ERROR"),
    ),
    andAFailure,
  ],
  ["Logfire's rows", jsonLines(logfire("1", genai), logfire("2", unused, "ERROR")), andAFailure],
  [
    "Logfire's rows as CSV",
    csv({ ...logfire("1", {}), parent_span_id: "", otel_status_code: "", attributes: JSON.stringify(genai) }),
    one,
  ],
  ["Zipkin", JSON.stringify([zipkin("1", genai), zipkin("2", { ...unused, error: "timeout" })]), andAFailure],
  [
    "MLflow's traces, version 3",
    JSON.stringify({
      info: { trace_id: "tr-1", state: "OK" },
      data: {
        spans: [
          {
            trace_id: Buffer.from(TRACE, "hex").toString("base64"),
            span_id: Buffer.alloc(8, 1).toString("base64"),
            start_time_unix_nano: 1_760_000_000_000_000_000,
            end_time_unix_nano: 1_760_000_002_000_000_000,
            status: { code: "STATUS_CODE_OK" },
            attributes: mlflow,
          },
        ],
      },
    }),
    one,
  ],
  [
    "MLflow's traces, version 2",
    JSON.stringify({
      spans: [
        {
          context: { span_id: "0x01", trace_id: `0x${TRACE}` },
          start_time: 1_760_000_000_000_000_000,
          end_time: 1_760_000_002_000_000_000,
          status_code: "OK",
          attributes: mlflow,
        },
      ],
      request: "{}",
    }),
    one,
  ],
])("spans of %s are read", async ([, content, expected]) => {
  const { records, rejected } = await replayedText(content);
  expect(rejected).toStrictEqual([]);
  expect(sumsOf(records)).toStrictEqual(expected);
});
