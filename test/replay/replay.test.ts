// cspell:ignore modell
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import { openJournalReader } from "../../src/journal/reading.ts";
import { csvFields } from "../../src/formats/csv-fields.ts";
import { journalSink } from "../../src/replay/journal-sink.ts";
import { mappedRecords } from "../../src/formats/mapped-records.ts";
import { openMetricsSink } from "../../src/replay/openmetrics-sink.ts";
import { CsvSplitter, JsonSplitter, readPieces } from "../../src/replay/pieces.ts";
import { replay, type ReplayOptions } from "../../src/replay/replay.ts";
import { failedRecord, sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const always = { from: new Date(0), to: new Date("2100-01-01") };

/** Replays a file of this text and returns what came of it. */
async function replayed(text: string, options: ReplayOptions = {}, folder = temporaryFolder()) {
  const file = join(folder, "past");
  writeFileSync(file, text);
  const rejected: [number, string][] = [];
  const path = join(folder, "footprint.db");
  const state = await replay(file, journalSink(path, {}), {
    ...options,
    onRejected: (line, reason) => rejected.push([line, reason]),
  });
  using journal = openJournalReader(path);
  return { state, rejected, records: [...journal.records(always)], folder };
}

const jsonLines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

test("this project's records come back, with the factors at hand", async () => {
  const { state, records } = await replayed(jsonLines(sampleRecord(), failedRecord()));
  expect(state).toMatchObject({ requests: 2, rejected: 0, complete: true });
  const { footprint, rawUsage, ...rest } = records.find(({ id }) => id === "r1")!;
  const { footprint: _footprint, rawUsage: _rawUsage, ...expected } = sampleRecord({ model: "mistral-large-2407" });
  expect(rest).toStrictEqual(expected);
  expect(rawUsage).toBeUndefined();
  expect(footprint!.co2eGrams!.central).toBeCloseTo(1.14, 12);
  expect(footprint!.factorIds).toContain("mistral.large-2.inference@1.0.0");
  expect(records.find(({ id }) => id === "failed")).toMatchObject({ outcome: "failed", unattributedReason: "failed" });
});

test("pages of OpenAI's usage API are sums of requests, attributed as their mean", async () => {
  const result = {
    object: "organization.usage.completions.result",
    input_tokens: 10_000,
    input_cached_tokens: 4000,
    output_tokens: 5000,
    num_model_requests: 10,
    project_id: "proj_1",
    model: "gpt-5-mini-2025-08-07",
  };
  const page = {
    object: "page",
    data: [{ object: "bucket", start_time: 1763000000, end_time: 1763086400, results: [result] }],
  };
  const { state, records } = await replayed(JSON.stringify(page, undefined, 2), { labels: {} });
  expect(state).toMatchObject({ requests: 10, rejected: 0 });
  expect(records).toMatchObject([
    {
      requests: 10,
      provider: "openai",
      model: "gpt-5-mini",
      startedAt: new Date(1763000000_000),
      usage: { inputTokens: 6000, cacheReadTokens: 4000, outputTokens: 5000 },
    },
  ]);
  const one = await replayed(
    jsonLines({
      ...result,
      ...page.data[0],
      results: undefined,
      input_tokens: 1000,
      input_cached_tokens: 400,
      output_tokens: 500,
      num_model_requests: 1,
    }),
  );
  const [sum, single] = [records[0]!.footprint!.co2eGrams!, one.records[0]!.footprint!.co2eGrams!];
  expect(sum.central / single.central).toBeCloseTo(10, 9);
});

test("OpenAI's CSV of the usage page", async () => {
  const { records } = await replayed(
    "start_time,end_time,model,num_model_requests,input_tokens,output_tokens,input_cached_tokens,project_id\r\n" +
      "1763000000,1763086400,gpt-5-mini,3,300,90,,proj_1\r\n",
  );
  expect(records).toMatchObject([{ requests: 3, usage: { inputTokens: 300, outputTokens: 90 } }]);
});

test("LiteLLM's spend logs: providers, operations, failures, and nothing for its own cache", async () => {
  const row = {
    request_id: "chatcmpl-1",
    call_type: "acompletion",
    custom_llm_provider: "mistral",
    model: "mistral/mistral-large-2407",
    api_base: "https://api.mistral.ai/v1",
    prompt_tokens: 120,
    completion_tokens: 50,
    startTime: "2026-11-01 10:00:00.000",
    endTime: "2026-11-01T10:00:02.500000+00:00",
    cache_hit: "False",
    team_id: "search",
    metadata: JSON.stringify({
      usage_object: {
        prompt_tokens_details: { cached_tokens: 20 },
        completion_tokens_details: { reasoning_tokens: 10 },
      },
    }),
  };
  const failed = { ...row, request_id: "2", status: "failure", prompt_tokens: 0, completion_tokens: 0 };
  const cached = { ...row, request_id: "3", cache_hit: "True" };
  const { state, records } = await replayed(JSON.stringify([row, failed, cached]), { labels: { team: "team_id" } });
  expect(state).toMatchObject({ requests: 2, passedOver: 1 });
  expect(records).toMatchObject([
    {
      id: "litellm:chatcmpl-1",
      provider: "mistral_ai",
      model: "mistral-large-2407",
      operation: "chat",
      endpoint: "api.mistral.ai",
      startedAt: new Date("2026-11-01T10:00:00Z"),
      durationSeconds: 2.5,
      labels: { team: "search" },
      usage: { inputTokens: 100, cacheReadTokens: 20, outputTokens: 40, reasoningTokens: 10 },
    },
    { outcome: "failed", usageSource: "missing", unattributedReason: "failed" },
  ]);
});

test("OpenTelemetry's GenAI spans, of model calls only", async () => {
  const attribute = (key: string, value: string | number) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  });
  const span = (spanId: string, operation: string) => ({
    traceId: "t1",
    spanId,
    startTimeUnixNano: "1763000000000000000",
    endTimeUnixNano: "1763000001500000000",
    attributes: [
      attribute("gen_ai.operation.name", operation),
      attribute("gen_ai.system", "openai"),
      attribute("gen_ai.request.model", "gpt-5-mini"),
      attribute("gen_ai.response.model", "gpt-5-mini-2025-08-07"),
      attribute("gen_ai.usage.input_tokens", 30),
      attribute("gen_ai.usage.cache_read.input_tokens", 10),
      attribute("gen_ai.usage.output_tokens", 7),
      attribute("server.address", "api.openai.com"),
    ],
  });
  const line = { resourceSpans: [{ scopeSpans: [{ spans: [span("s1", "invoke_agent"), span("s2", "chat")] }] }] };
  const { state, records } = await replayed(jsonLines(line));
  expect(state).toMatchObject({ requests: 1, rejected: 0 });
  expect(records).toMatchObject([
    {
      id: "otel:t1:s2",
      provider: "openai",
      respondedModel: "gpt-5-mini-2025-08-07",
      durationSeconds: 1.5,
      usage: { inputTokens: 20, cacheReadTokens: 10, outputTokens: 7 },
    },
  ]);
});

test("any CSV by a mapping; equal rows are different requests", async () => {
  const source = mappedRecords(["startedAt=when", "model=llm", "inputTokens=in", "outputTokens=out"]);
  const { state, records } = await replayed(
    'when;llm;in;out;"de;pt"\n2026-11-01;mistral-large-2407;10;400;"a ""b"""\n2026-11-01;mistral-large-2407;10;400;"a ""b"""\n',
    { source, fixed: { provider: "mistral_ai" }, labels: { team: "de;pt" } },
  );
  expect(state).toMatchObject({ requests: 2, rejected: 0, passedOver: 0 });
  expect(records.map(({ labels, usage, provider }) => ({ labels, usage, provider }))).toStrictEqual(
    Array(2).fill({ labels: { team: 'a "b"' }, usage: { inputTokens: 10, outputTokens: 400 }, provider: "mistral_ai" }),
  );
});

test("what cannot be read is rejected with its line and reason, and the rest is taken", async () => {
  const good = (id: string) => JSON.stringify(sampleRecord({ id }));
  const cutOff = good("cut").slice(0, 100);
  const { state, rejected, records } = await replayed(
    [good("a"), "not json", cutOff, good("b"), '{"id":"c","usageSource":"reported","startedAt":"x"}', good("d")].join(
      "\n",
    ) + `\n${JSON.stringify({ ...sampleRecord({ id: "e" }), usage: { inputTokens: -1 } })}\n`,
  );
  expect(records.map(({ id }) => id).sort()).toStrictEqual(["a", "b", "d"]);
  expect(rejected).toStrictEqual([
    [2, "the record is not JSON"],
    [3, "the record is not JSON"],
    [5, "id, provider or operation is missing"],
    [7, "inputTokens is no number"],
  ]);
  expect(state).toMatchObject({ requests: 3, rejected: 4, complete: true });
  const rows = await replayed("start_time,num_model_requests,model\n1763000000,1\n1763000000,x,m\n", {});
  expect(rows.rejected).toStrictEqual([
    [2, "the row has 2 fields, the header 3"],
    [3, "num_model_requests is no number"],
  ]);
});

test("a replay that was cut off goes on where it was, and a finished one is not repeated", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "past");
  const path = join(folder, "footprint.db");
  writeFileSync(file, jsonLines(...Array.from({ length: 2500 }, (_, n) => sampleRecord({ id: `r${n}` }))));
  const interruption = new AbortController();
  const first = await replay(file, journalSink(path, {}), {
    signal: interruption.signal,
    onProgress: () => interruption.abort(),
  });
  expect(first).toMatchObject({ requests: 1000, line: 1000, complete: false });
  const steps: number[] = [];
  const second = await replay(file, journalSink(path, {}), { onProgress: ({ requests }) => steps.push(requests) });
  expect(second).toMatchObject({ requests: 2500, line: 2500, complete: true });
  expect(steps).toStrictEqual([2000, 2500]);
  expect(await replay(file, journalSink(path, {}))).toStrictEqual(second);
  appendFileSync(file, jsonLines(sampleRecord({ id: "new" })));
  expect(await replay(file, journalSink(path, {}))).toMatchObject({ requests: 2501 });
  using journal = openJournalReader(path);
  expect(new Set(Array.from(journal.records(always), ({ id }) => id)).size).toBe(2501);
  expect(journal.sums(always).reduce((sum, { requests }) => sum + requests, 0)).toBe(2501);
});

test("OpenMetrics holds each line's samples together, from zero and rising", async () => {
  const folder = temporaryFolder();
  const [file, output] = [join(folder, "past"), join(folder, "out.om")];
  const at = (minutes: number, id: string) =>
    sampleRecord({ id, startedAt: new Date(Date.UTC(2026, 10, 1, 0, minutes)) });
  writeFileSync(file, jsonLines(at(1, "a"), at(12, "b"), at(3, "c")));
  await replay(file, openMetricsSink(output, { stepSeconds: 300, labelNames: ["team"] }));
  const text = readFileSync(output, "utf8");
  expect(text.endsWith("# EOF\n")).toBe(true);
  const start = Date.UTC(2026, 10, 1) / 1000;
  const line =
    'llm_footprint_requests_total{provider="mistral_ai",model="mistral-large-2407",operation="chat",team="search",outcome="completed"}';
  const samples = text.split("\n").filter((row) => row.startsWith(line));
  expect(samples).toStrictEqual([
    `${line} 0 ${start}`,
    `${line} 2 ${start + 300}`,
    `${line} 2 ${start + 600}`,
    `${line} 3 ${start + 900}`,
  ]);
});

test("a file of no known kind, and one that is not there, are mistakes with a remedy", async () => {
  await expect(replayed("a,b\n1,2\n")).rejects.toThrow('no kind of file is known with "a, b". Give --map');
  await expect(replay("/nowhere/at/all", journalSink(":memory:", {}))).rejects.toThrow("cannot be read");
  expect(() => mappedRecords(["model=m"])).toThrow("startedAt is not mapped");
  expect(() => mappedRecords(["modell=m"])).toThrow('"modell=m" maps no field');
});

async function split(
  text: string,
  splitter: CsvSplitter | JsonSplitter,
  chunkBytes: number,
): Promise<[string, number][]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, n) =>
    bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes),
  );
  const pieces: [string, number][] = [];
  for await (const piece of readPieces(ReadableStream.from(chunks), splitter)) pieces.push([piece.text, piece.line]);
  return pieces;
}

test("JSON splits into its objects wherever the chunks end, on lines, in a list, or indented", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
      fc.constantFrom("lines", "list", "indented"),
      fc.integer({ min: 1, max: 50 }),
      async (objects, form, chunkBytes) => {
        const text =
          form === "lines" ? jsonLines(...objects) : JSON.stringify(objects, undefined, form === "indented" ? 2 : 0);
        const pieces = await split(text, new JsonSplitter(), chunkBytes);
        expect(pieces.map(([piece]) => JSON.parse(piece) as unknown)).toStrictEqual(
          JSON.parse(JSON.stringify(objects)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("CSV splits into its rows and fields whatever they hold", async () => {
  const field = fc.string().map((text) => text.replaceAll("\r", "").trim());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { maxLength: 5 }),
      fc.integer({ min: 1, max: 20 }),
      async (rows, chunkBytes) => {
        const text = rows
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(",") + "\r\n")
          .join("");
        const pieces = await split(text, new CsvSplitter(), chunkBytes);
        expect(pieces.map(([piece]) => csvFields(piece, ","))).toStrictEqual(rows);
      },
    ),
    { numRuns: 200 },
  );
});
