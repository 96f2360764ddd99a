import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { replayedFiles, type ReplayedOptions } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const CASES = join(import.meta.dirname, "cases");

interface Expected {
  /** Worked out by hand from the file: what the requests in it used, each class beside the others. */
  readonly sums: Record<string, number>;
  readonly providers?: readonly string[];
  readonly rejected?: number;
  readonly passedOver?: number;
}

const expected = (sums: Record<string, number>, more: Omit<Expected, "sums"> = {}): Expected => ({ sums, ...more });
const completed = (count: number, more: Record<string, number> = {}) => ({ completed: count, ...more });

/** Files of known kinds, read as they are. */
const KNOWN: Readonly<Record<string, Expected>> = {
  // One row: 1500 fresh, 500 + 1000 written to the cache, 200 read from it, 500 out.
  "files/anthropic-console.csv": expected(
    completed(1, { input: 1500, cacheRead: 200, cacheWrite: 1500, output: 500 }),
    {
      providers: ["anthropic"],
    },
  ),
  "files/anthropic-usage-api.json": expected(
    completed(1, { input: 1500, cacheRead: 200, cacheWrite: 1500, output: 500 }),
  ),
  "files/azure-diagnostic-apim.jsonl": expected(completed(1), { providers: ["azure.ai.openai"] }),
  "files/azure-monitor.json": expected(completed(1, { input: 100 }), { providers: ["azure.ai.openai"] }),
  "files/bedrock-invocations.jsonl": expected(completed(1, { failed: 1, input: 35, cacheRead: 1000, output: 446 }), {
    providers: ["aws.bedrock"],
  }),
  // Two lines of one message, of which the second has its whole output; one line of the user and one synthetic.
  "files/claude-code.jsonl": expected(completed(1, { input: 4, cacheRead: 12_000, cacheWrite: 300, output: 250 }), {
    passedOver: 2,
  }),
  "files/cloudflare-ai-gateway.jsonl": expected(completed(1, { input: 100, output: 50 }), { passedOver: 1 }),
  // 1000 in of which 800 cached; 500 out of which 400 reasoning.
  "files/codex.jsonl": expected(completed(1, { input: 200, cacheRead: 800, output: 100, reasoning: 400 }), {
    passedOver: 1,
  }),
  "files/empty.csv": expected({}),
  "files/helicone.csv": expected(completed(1, { failed: 1, input: 60, cacheRead: 40, output: 50 }), {
    providers: ["openai"],
  }),
  "files/langfuse-observations.jsonl": expected(completed(1, { input: 60, cacheRead: 40, output: 30, reasoning: 20 }), {
    passedOver: 1,
    providers: ["openai"],
  }),
  "files/langfuse-ui.csv": expected(completed(1, { input: 100, output: 50 })),
  "files/langsmith-runs.jsonl": expected(completed(1, { input: 60, cacheRead: 40, output: 50 }), { passedOver: 1 }),
  "files/litellm-daily-activity.json": expected(completed(2, { input: 100, output: 50 })),
  // Five requests, of which one failed; 1000 in of which 200 cached.
  "files/litellm-daily-spend.csv": expected(completed(4, { failed: 1, input: 800, cacheRead: 200, output: 500 })),
  // chatcmpl-1 and resp_1: 100 of which 40 cached, 50 of which 20 reasoning; msg_1: 12000 of which 11000 read and 500 written.
  "files/litellm-list.json": expected(
    completed(3, { input: 620, cacheRead: 11_080, cacheWrite: 500, output: 360, reasoning: 40 }),
    { providers: ["anthropic", "azure.ai.openai", "openai"] },
  ),
  "files/litellm-ui-page.json": expected(
    completed(3, { input: 620, cacheRead: 11_080, cacheWrite: 500, output: 360, reasoning: 40 }),
  ),
  "files/litellm-ui-page-pretty.json": expected(
    completed(3, { input: 620, cacheRead: 11_080, cacheWrite: 500, output: 360, reasoning: 40 }),
  ),
  "files/litellm.csv": expected(
    completed(3, { input: 620, cacheRead: 11_080, cacheWrite: 500, output: 360, reasoning: 40 }),
  ),
  "files/litellm-old-row.jsonl": expected(completed(1, { input: 100, output: 50 }), { providers: ["openai"] }),
  "files/litellm-standard-logging.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/openai-batch-output.jsonl": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/openai-costs-page.json": expected({}, { passedOver: 1 }),
  "files/openai-daily.json": expected(completed(3, { input: 300, output: 30 })),
  "files/openai-day-of-it.json": expected(completed(3, { input: 300, output: 30 })),
  "files/openai-embeddings.csv": expected(completed(2, { input: 16_000 })),
  "files/openai-flat.jsonl": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  "files/openai-has-more.json": expected(completed(1, { input: 10, output: 5 })),
  "files/openai-hourly-from-8.json": expected(completed(3, { input: 300, output: 30 })),
  "files/openai-hourly.json": expected(completed(3, { input: 300, output: 30 })),
  "files/openai-images.csv": expected(completed(2, { images: 2 })),
  "files/openai-legacy-activity.csv": expected(completed(3, { input: 300, output: 90 })),
  "files/openai-legacy-activity.json": expected(completed(3, { input: 300, output: 90 })),
  // Two embeddings of 16000, two moderations of 16, two images, a speech, a transcription of 20 s, a decision of 10 / 2.
  "files/openai-other-endpoints.json": expected(completed(9, { input: 16_026, output: 2, images: 2, seconds: 20 }), {
    passedOver: 3,
  }),
  "files/openai-page-api-source.json": expected(completed(10, { input: 9600, cacheRead: 400, output: 1000 })),
  // Audio stands beside the sums of an export that does not split them: 100 + 5000 in, 50 + 900 out, 200 cached.
  "files/openai-page-audio.json": expected(completed(5, { input: 4900, cacheRead: 200, output: 950 })),
  "files/openai-page-cache-write.json": expected(
    completed(5, { input: 500, cacheRead: 200, cacheWrite: 300, output: 500 }),
  ),
  "files/openai-page-no-model.json": expected(completed(5, { input: 800, cacheRead: 200, output: 500 })),
  "files/openai-page-zero.json": expected({}, { passedOver: 1 }),
  "files/openai-page.json": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  "files/openai-page-pretty.json": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  "files/openai-page-pretty-bom.json": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  "files/openai-page-utf16.json": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  // The same page twice.
  "files/openai-pages-array.json": expected(completed(10, { input: 1600, cacheRead: 400, output: 1000 })),
  "files/openai-pages-concat.json": expected(completed(15, { input: 2400, cacheRead: 600, output: 1500 })),
  "files/openai-today-evening.json": expected(completed(50, { input: 9800, cacheRead: 200, output: 5000 })),
  "files/openai-today-morning.json": expected(completed(5, { input: 800, cacheRead: 200, output: 500 })),
  "files/openai-tts.csv": expected(completed(2)),
  "files/openai-usage-crlf-bom-semicolon.csv": expected(
    completed(8, { input: 38_000, cacheRead: 8000, output: 60_000 }),
  ),
  "files/openai-usage-excel-resaved.csv": expected({}, { rejected: 1 }),
  // 8 and 1 requests of one day and key, an idle day, 11 requests.
  "files/openai-usage-two-rows-same-key.csv": expected(
    completed(20, { input: 167_784, cacheRead: 8000, output: 230_852 }),
    { passedOver: 1 },
  ),
  "files/openai-usage-utf16.csv": expected(completed(8, { input: 38_000, cacheRead: 8000, output: 60_000 })),
  "files/openai-usage.csv.gz": expected(completed(8, { input: 38_000, cacheRead: 8000, output: 60_000 })),
  "files/openai-usage.tsv": expected(completed(8, { input: 38_000, cacheRead: 8000, output: 60_000 })),
  "files/openrouter-activity.csv": expected(completed(1, { input: 200, cacheRead: 800, output: 100, reasoning: 400 }), {
    providers: ["mistral_ai"],
  }),
  "files/openrouter-activity.json": expected(completed(5, { input: 50, output: 100, reasoning: 25 }), {
    providers: ["openai"],
  }),
  "files/otel-collector-file.jsonl": expected(completed(3, { input: 180, cacheRead: 120, output: 150 })),
  // Of eight spans: two failed, an agent and a tool, and four calls, of which one has more cached than in.
  "files/otel-errors.json": expected(
    completed(4, { failed: 2, input: 280, cacheRead: 520, output: 170, reasoning: 30 }),
    { passedOver: 2 },
  ),
  "files/otel-flat-dotted.jsonl": expected(completed(1, { input: 100, output: 50 })),
  "files/otel-instrumentationLibrarySpans.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-jaeger.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-metrics-and-logs.jsonl": expected(completed(1, { input: 60, cacheRead: 40, output: 50 }), {
    passedOver: 2,
  }),
  "files/otel-nested-double.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-new-pretty-bom.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-new.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-openinference.json": expected(completed(1, { input: 60, cacheRead: 40, output: 30, reasoning: 20 })),
  "files/otel-openllmetry-anthropic.json": expected(
    completed(1, { input: 10, cacheRead: 5000, cacheWrite: 300, output: 50 }),
    { providers: ["anthropic"] },
  ),
  "files/otel-openllmetry-old.json": expected(completed(1, { input: 100, output: 50 }), { providers: ["openai"] }),
  "files/otel-python-console.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-tempo-batches.json": expected(completed(1, { input: 60, cacheRead: 40, output: 50 })),
  "files/otel-vercel-ai.json": expected(completed(1, { input: 100, output: 50 }), { passedOver: 1 }),
  "files/portkey.csv": expected(completed(1, { input: 100, output: 50 })),
  "files/vertex-bigquery.jsonl": expected(completed(1, { input: 60, cacheRead: 40, output: 30, reasoning: 20 }), {
    providers: ["gcp.vertex_ai"],
  }),

  "records/anthropic-usage-claude-code.json": expected(
    completed(1, { input: 500, cacheRead: 380, cacheWrite: 120, output: 90 }),
  ),
  "records/anthropic-usage-messages.json": expected(
    completed(1, { input: 500, cacheRead: 380, cacheWrite: 120, output: 90 }),
  ),
  "records/bedrock-invocation.jsonl": expected(
    completed(1, { input: 500, cacheRead: 380, cacheWrite: 120, output: 90 }),
  ),
  // msg_01 in three sessions' lines, chatcmpl-9 twice, msg_02 once.
  "records/claude-code": expected(completed(3, { input: 1500, cacheRead: 1140, cacheWrite: 360, output: 190 }), {
    passedOver: 2,
  }),
  "records/cloudflare-ai-gateway-logs.json": expected(completed(1, { input: 1000, output: 200 }), { passedOver: 1 }),
  // The parent's two requests, which the child repeats, and one of the child's own.
  "records/codex": expected(completed(3, { input: 1400, cacheRead: 1800, output: 250, reasoning: 80 })),
  "records/gemini-cli-session.json": expected(
    completed(1, { input: 1264, cacheRead: 1000, output: 10, reasoning: 34 }),
  ),
  "records/helicone-requests.json": expected(completed(1, { input: 700, cacheRead: 300, output: 200 })),
  "records/langfuse-observations-v2.json": expected(
    completed(1, { input: 700, cacheRead: 300, output: 150, reasoning: 50 }),
  ),
  "records/langsmith-runs.jsonl": expected(completed(1, { input: 700, cacheRead: 300, output: 150, reasoning: 50 }), {
    passedOver: 1,
  }),
  "records/litellm-spendlogs.jsonl": expected(
    completed(1, { input: 700, cacheRead: 300, output: 150, reasoning: 50 }),
    { passedOver: 1 },
  ),
  // Four chats of 1000 (300) / 200 (50), one message of 1000 (380 + 120) / 90, a response of 1100 (400) / 210 (60), 77 embedded.
  "records/litellm/generic-api-litellm-proxy.json": expected(
    completed(7, { failed: 1, input: 4077, cacheRead: 1980, cacheWrite: 120, output: 840, reasoning: 260 }),
    { passedOver: 1 },
  ),
  // Four chats, one of which states nothing, three messages, one of Mistral, two responses, 77 embedded.
  "records/litellm/generic-api-litellm-sdk.json": expected(
    completed(12, { failed: 1, input: 6177, cacheRead: 3340, cacheWrite: 360, output: 1300, reasoning: 320 }),
  ),
  "records/openai-usage-completions.json": expected(
    completed(5, { input: 600, cacheRead: 300, cacheWrite: 100, output: 200 }),
  ),
  "records/openai-usage-decisions.json": expected(completed(4, { input: 400, output: 10 })),
  "records/openrouter-activity.json": expected(completed(5, { input: 1000, output: 150, reasoning: 50 })),

  // What real instrumentations wrote of one provider: chats of 1000 (300) / 200 (50), responses of 1100 (400) / 210
  // (60), 77 embedded, messages of 500 + 120 + 380 / 90, Mistral's of 600 (200) / 130; as far as each keeps it.
  "spans/fault-empty-provider.jsonl": expected(completed(2, { input: 2000, output: 400 }), { providers: ["openai"] }),
  "spans/js-mistral.json": expected(completed(3, { failed: 1, input: 1277, output: 260 }), {
    providers: ["mistral_ai"],
  }),
  "spans/js-openai-inference.json": expected(
    completed(6, { input: 2100, cacheRead: 1100, output: 450, reasoning: 170 }),
  ),
  "spans/js-openai-otel.json": expected(completed(6, { failed: 1, input: 4277, output: 820 })),
  "spans/js-openai-traceloop.json": expected(completed(5, { input: 2100, output: 410 })),
  "spans/js-vercel.json": expected(
    completed(4, { failed: 1, input: 2177, cacheRead: 1000, output: 450, reasoning: 160 }),
    { providers: ["openai"] },
  ),
  "spans/langfuse-py.json": expected(
    completed(4, { failed: 1, input: 2177, cacheRead: 1000, output: 450, reasoning: 160 }),
  ),
  "spans/litellm-proxy-semconv.json": expected(
    completed(7, { failed: 1, input: 4077, cacheRead: 1980, cacheWrite: 120, output: 840, reasoning: 260 }),
    { providers: ["anthropic", "openai"] },
  ),
  "spans/litellm-proxy.json": expected(
    completed(7, { failed: 1, input: 4077, cacheRead: 1980, cacheWrite: 120, output: 840, reasoning: 260 }),
    { providers: ["anthropic", "openai"] },
  ),
  "spans/litellm-sdk.json": expected(
    completed(12, { failed: 1, input: 6177, cacheRead: 3340, cacheWrite: 360, output: 1300, reasoning: 320 }),
    { providers: ["anthropic", "mistral_ai", "openai"] },
  ),
  // Each of the three messages, and the failure, was seen by the SDK and by the instrumentation.
  "spans/py-anthropic-inference.json": expected(
    completed(3, { failed: 1, input: 1500, cacheRead: 1140, cacheWrite: 360, output: 270 }),
  ),
  "spans/py-anthropic-traceloop.json": expected(
    completed(3, { failed: 1, input: 1500, cacheRead: 1140, cacheWrite: 360, output: 270 }),
  ),
  "spans/py-genai-openai.json": expected(
    completed(7, { failed: 1, input: 3577, cacheRead: 1700, output: 750, reasoning: 270 }),
  ),
  "spans/py-lc-tl.json": expected(completed(1, { failed: 1, input: 700, cacheRead: 300, output: 200 })),
  "spans/py-openai-inference.json": expected(
    completed(7, { failed: 1, input: 3577, cacheRead: 1700, output: 750, reasoning: 270 }),
  ),
  "spans/py-openai-traceloop.json": expected(
    completed(7, { failed: 1, input: 3577, cacheRead: 1700, output: 800, reasoning: 220 }),
  ),
  "spans/py-openai-v2-latest.json": expected(completed(5, { failed: 1, input: 3077, output: 600 })),
  "spans/py-openai-v2.json": expected(completed(5, { failed: 1, input: 3077, output: 600 })),
  "spans/py-pai.json": expected(completed(1, { failed: 1, input: 700, cacheRead: 300, output: 150, reasoning: 50 })),
};

const COLUMNS = ["startedAt=ts", "model=model", "inputTokens=in", "outputTokens=out"];
const one = { input: 100, output: 50 };

/** Files of no known kind, read by a mapping. */
const MAPPED: Readonly<Record<string, Expected & ReplayedOptions>> = {
  "files/blank-first.csv": expected(completed(1, one)),
  "files/cr-only.csv": expected(completed(2, { input: 200, output: 100 })),
  "files/dup-header.csv": {
    ...expected(completed(1, { input: 50 })),
    mapping: { map: ["startedAt=ts", "model=model", "inputTokens=in"] },
  },
  "files/future.csv": expected({}, { rejected: 2 }),
  "files/latin1.csv": { ...expected(completed(1, one)), labels: { team: "équipe" } },
  "files/mean-single.csv": {
    ...expected(completed(2, { input: 30_010, output: 6010 })),
    mapping: { map: [...COLUMNS, "requests=n"] },
  },
  "files/mean-sum.csv": {
    ...expected(completed(2, { input: 30_010, output: 6010 })),
    mapping: { map: [...COLUMNS, "requests=n"] },
  },
  // 1000, 1000.0, 1e3, " 1000 " and +1000; the others mean two things or nothing.
  "files/numbers.csv": expected(completed(5, { input: 5000, output: 250 }), { rejected: 17 }),
  "files/openmetrics-one-wrong-date.csv": expected(completed(1, one), { rejected: 1 }),
  "files/pipe.csv": expected(completed(1, one)),
  "files/preamble.csv": expected(completed(1, one)),
  "files/quoted-newline.csv": expected(completed(2, { input: 200, output: 100 })),
  // No requests with tokens and two and a half are rejected; an empty cell is one request.
  "files/requests-col.csv": {
    ...expected(completed(1_000_001, { input: 200, output: 100 }), { rejected: 2 }),
    mapping: { map: [...COLUMNS, "requests=n"] },
  },
  "files/same-id-other-service.csv": {
    ...expected(completed(2, { input: 1800, output: 1600 })),
    mapping: { map: [...COLUMNS, "id=id"] },
  },
  "files/same-id.csv": {
    ...expected(completed(2, { input: 200, output: 100 })),
    mapping: { map: [...COLUMNS, "id=id"] },
  },
  "files/sep-line.csv": expected(completed(1, one)),
  "files/tab.tsv": expected(completed(1, one)),
  "files/teams.csv": { ...expected(completed(3, { input: 300, output: 150 })), labels: { team: "team" } },
  // iso, iso-offset, iso-local, space, space-frac6, pg-tz, utc-suffix, bq, date (1000 to 1008), compact-time, month
  // (1017, 1018), rfc2822, go (1020, 1021), epoch to ns (1022 to 1026), midnight24, hour, hourT (1030, 1033, 1034).
  "files/times.csv": expected(completed(21, { input: 21_329, output: 1050 }), { rejected: 16 }),
  "files/total-row.csv": expected(completed(1, one), { rejected: 1 }),
  "files/trailing-commas.csv": expected(completed(2, { input: 200, output: 100 })),
  "files/usage-inclusive.csv": {
    ...expected(completed(1, { input: 200, cacheRead: 800, output: 100, reasoning: 400 })),
    mapping: {
      map: [
        ...["startedAt=ts", "model=model", "promptTokens=prompt", "cacheReadTokens=cached"],
        ...["completionTokens=completion", "reasoningTokens=reasoning"],
      ],
    },
  },
  "files/utf16.csv": expected(completed(1, one)),
};

describe("a file is read with the sums that it states", () => {
  test.for(Object.entries({ ...KNOWN, ...MAPPED }))("%s", async ([path, each]) => {
    const { sums, providers, rejected = 0, passedOver, ...options } = each as Expected & ReplayedOptions;
    const mapping = path in MAPPED ? { mapping: { map: COLUMNS } } : {};
    const replayed = await replayedFiles([[join(CASES, path)]], { ...mapping, ...options });
    expect(sumsOf(replayed.records)).toStrictEqual(sums);
    expect(replayed.outcome).toMatchObject({
      requests: (sums["completed"] ?? 0) + (sums["failed"] ?? 0),
      rejected,
      complete: true,
      ...(passedOver !== undefined && { passedOver }),
    });
    const found = [...new Set(replayed.records.map(({ provider }) => provider))].sort();
    if (providers) expect(found).toStrictEqual(providers);
    const again = await replayedFiles([[join(CASES, path)]], { ...mapping, ...options }, replayed.folder);
    expect(sumsOf(again.records)).toStrictEqual(sums);
    expect(again.outcome).toMatchObject({ new: 0, replaced: 0 });
  });

  test("none of the cases is left out", () => {
    const left = ["files/litellm.jsonl", "files/litellm-odd.jsonl"];
    const named = new Set([...Object.keys(KNOWN), ...Object.keys(MAPPED), ...left]);
    const all = ["files", "spans", "records"].flatMap((folder) =>
      readdirSync(join(CASES, folder)).map((name) => `${folder}/${name}`),
    );
    expect(all.filter((path) => !named.has(path) && path !== "records/litellm")).toStrictEqual([]);
    expect([...named].filter((path) => !existsSync(join(CASES, path)))).toStrictEqual([]);
  });
});

test("LiteLLM's rows name providers, operations and failures as the meter does, and pass over what calls no model", async () => {
  const { records, outcome } = await replayedFiles([[join(CASES, "files/litellm.jsonl")]]);
  expect(outcome).toMatchObject({ requests: 18, rejected: 0, passedOver: 3 });
  expect(records.filter(({ outcome }) => outcome === "failed")).toHaveLength(2);
  expect([...new Set(records.map(({ operation }) => operation))].sort()).toStrictEqual([
    ...["chat", "embeddings", "images", "pass_through_endpoint", "realtime", "rerank", "responses", "speech"],
  ]);
  expect([...new Set(records.map(({ provider }) => provider))].sort()).toStrictEqual([
    ...["anthropic", "aws.bedrock", "azure.ai.openai", "cohere", "fireworks_ai", "gcp.gemini", "gcp.vertex_ai"],
    ...["openai", "openrouter", "vllm"],
  ]);
});

test("an odd row of LiteLLM rejects only itself, with its line and without its content", async () => {
  const { rejected, outcome } = await replayedFiles([[join(CASES, "files/litellm-odd.jsonl")]]);
  expect(outcome).toMatchObject({ requests: 5, rejected: 2 });
  expect(rejected.map(({ line, reason }) => [line, reason])).toStrictEqual([
    [4, "prompt_tokens is not a number of at least 0"],
    [6, "request_id is missing"],
  ]);
});
