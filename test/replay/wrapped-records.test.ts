import { expect, test } from "vitest";

import { jsonLines, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const litellm = (id: string, more: object = {}) => ({
  request_id: id,
  call_type: "acompletion",
  custom_llm_provider: "openai",
  model: "gpt-4o",
  prompt_tokens: 100,
  completion_tokens: 50,
  startTime: "2025-10-06T08:00:00Z",
  endTime: "2025-10-06T08:00:02Z",
  ...more,
});
const HEADER = "request_id,call_type,custom_llm_provider,model,prompt_tokens,completion_tokens,startTime,endTime\n";
const row = (id: string, ended = "2025-10-06 08:00:02+00"): string =>
  `${id},acompletion,openai,gpt-4o,100,50,2025-10-06 08:00:00+00,${ended}\n`;

const bedrock = (requestId: string): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: "2025-10-06T08:00:00Z",
    region: "us-east-1",
    requestId,
    modelId: "anthropic.claude-3-5-sonnet-20240620-v1:0",
    input: { inputTokenCount: 100 },
    output: { outputTokenCount: 50 },
  });
const delivered = (...logEvents: readonly object[]): string =>
  JSON.stringify({ messageType: "DATA_MESSAGE", logGroup: "bedrock", logEvents });

const observation = { id: "o", traceId: "t", type: "GENERATION", startTime: "2025-10-06T08:00:00Z", level: "DEFAULT" };
const run = { id: "l1", run_type: "llm", start_time: "2025-10-06T08:00:00", end_time: "2025-10-06T08:00:02" };

const one = { completed: 1, input: 100, output: 50 };
const two = { completed: 2, input: 200, output: 100 };

test.for<[string, string, Record<string, number>]>([
  [
    "an answer of Elasticsearch",
    JSON.stringify({
      took: 1,
      hits: { total: { value: 2 }, hits: [{ _source: litellm("1") }, { _source: litellm("2") }] },
    }),
    two,
  ],
  ["a dump of Elasticsearch", jsonLines({ _id: "a", _source: litellm("1") }, { _id: "b", _source: litellm("2") }), two],
  ["a list within an object", JSON.stringify({ status: "ok", data: { items: [litellm("1"), litellm("2")] } }), two],
  ["a container's log", jsonLines({ log: `${JSON.stringify(litellm("1"))}\n`, stream: "stdout", time: "x" }), one],
  ["tables that were put together", HEADER + row("1") + HEADER + row("2"), two],
  ["the same with byte order marks", `\uFEFF${HEADER}${row("1")}\uFEFF${HEADER}${row("2")}`, two],
  [
    "tables whose columns stand in another order",
    `${HEADER}${row("1")}completion_tokens,prompt_tokens,model,request_id,call_type,custom_llm_provider,startTime,endTime\n50,100,gpt-4o,2,acompletion,openai,2025-10-06T08:00:00Z,2025-10-06T08:00:02Z\n`,
    two,
  ],
  ["a table of pandas, where an end is missing", HEADER + row("1", "NaT"), one],
  [
    "CloudWatch's deliveries",
    delivered({ message: bedrock("1") }, { message: bedrock("2") }) +
      JSON.stringify({ messageType: "CONTROL_MESSAGE", logEvents: [{ message: "CWL CONTROL MESSAGE: …" }] }),
    two,
  ],
  [
    "a table of CloudWatch",
    `@timestamp,@message\n2025-10-06 08:00:00.000,"${bedrock("1").replaceAll('"', '""')}"\n2025-10-06 08:00:00.000,started\n`,
    one,
  ],
  [
    "Langfuse's numbers in columns",
    `id,traceId,type,startTime,level,model,inputTokens,outputTokens\no,t,GENERATION,2025-10-06T08:00:00Z,DEFAULT,gpt-4o,100,50\n`,
    one,
  ],
  [
    "Langfuse's numbers beside each other",
    jsonLines({ ...observation, providedModelName: "gpt-4o", inputUsage: 100, outputUsage: 50, totalUsage: 150 }),
    one,
  ],
  [
    "LangSmith's usage in the metadata",
    jsonLines({
      ...run,
      prompt_tokens: null,
      extra: {
        metadata: {
          ls_model_name: "gpt-4o",
          usage_metadata: { input_tokens: 100, output_tokens: 50, input_token_details: { cache_read: 30 } },
        },
      },
    }),
    { completed: 1, input: 70, cacheRead: 30, output: 50 },
  ],
  [
    "API Management's log of language models, exported",
    jsonLines({
      category: "GatewayLlmLogs",
      time: "2025-10-06T08:00:00Z",
      resourceId: "/x",
      correlationId: "c1",
      properties: { modelName: "gpt-4o", promptTokens: 100, completionTokens: 50, totalTokens: 150 },
    }),
    one,
  ],
  [
    "API Management's log of language models, as a table",
    "TimeGenerated [UTC],CorrelationId,ModelName,PromptTokens,CompletionTokens\n2025-10-06T08:00:00Z,c1,gpt-4o,100,50\n",
    one,
  ],
  [
    "reasoning that the total adds",
    jsonLines(
      litellm("1", {
        total_tokens: 170,
        metadata: { usage_object: { completion_tokens_details: { reasoning_tokens: 20 } } },
      }),
    ),
    { ...one, reasoning: 20 },
  ],
])("%s is read", async ([, content, expected]) => {
  const { records, rejected } = await replayedText(content);
  expect(rejected).toStrictEqual([]);
  expect(sumsOf(records)).toStrictEqual(expected);
});

test.for<[string, object, string]>([
  [
    "Anthropic",
    { custom_id: "a", result: { type: "succeeded", message: { id: "msg_1", usage: { input_tokens: 1 } } } },
    "result.message.model",
  ],
  [
    "OpenAI's embeddings",
    { id: "b1", custom_id: "a", response: { status_code: 200, body: { object: "list", usage: { prompt_tokens: 1 } } } },
    "response.body.model",
  ],
])(
  "a batch of %s, whose answers have no time, is rejected with the mapping that gives one",
  async ([, line, model]) => {
    const { rejected } = await replayedText(jsonLines(line));
    expect(rejected).toHaveLength(1);
    expect(rejected[0]!.reason).toContain(`--map model=${model}`);
    expect(rejected[0]!.reason).toContain("--set startedAt=");
  },
);
