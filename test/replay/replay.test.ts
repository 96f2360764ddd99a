// cspell:ignore modell projekt
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";

import { mappedRecords } from "../../src/formats/mapped-records.ts";
import { parseMapping, writtenMapping } from "../../src/formats/mapping.ts";
import { dateNotation, momentOf } from "../../src/formats/moment.ts";
import { numberOf } from "../../src/formats/number.ts";
import { csvLayout, csvUnits } from "../../src/replay/csv-units.ts";
import { inputFiles } from "../../src/replay/input-file.ts";
import { JsonDocuments } from "../../src/replay/json-documents.ts";
import { jsonLines as readLines } from "../../src/replay/json-units.ts";
import { openMetricsSink } from "../../src/replay/openmetrics-sink.ts";
import { replay } from "../../src/replay/replay.ts";
import { journalSink } from "../../src/replay/replay-sink.ts";
import type { Unit } from "../../src/replay/unit.ts";
import { failedRecord, sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { jsonLines, notation, replayedFiles, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

test("this project's records come back, with the factors at hand", async () => {
  const { outcome, records } = await replayedText(jsonLines(sampleRecord(), failedRecord()));
  expect(outcome).toMatchObject({ requests: 2, rejected: 0, complete: true });
  const { footprint, rawUsage, ...rest } = records.find(({ id }) => id === "r1")!;
  const {
    footprint: _footprint,
    rawUsage: _rawUsage,
    ...expected
  } = sampleRecord({
    model: "mistral-large-2407",
    zoneBasis: "declared",
  });
  expect(rest).toStrictEqual(expected);
  expect(rawUsage).toBeUndefined();
  expect(footprint!.co2eGrams!.central).toBeCloseTo(1.14, 12);
  expect(footprint!.factorIds).toContain("mistral.large-2.inference@1.0.0");
  expect(records.find(({ id }) => id === "failed")).toMatchObject({ outcome: "failed", unattributedReason: "failed" });
});

test("a sum of requests is attributed as their mean, with a range that holds however the usage was spread", async () => {
  const mapping = {
    map: ["startedAt=ts", "model=model", "inputTokens=in", "outputTokens=out", "requests=n"],
  };
  const cases = join(import.meta.dirname, "cases", "files");
  const single = (await replayedFiles([[join(cases, "mean-single.csv")]], { mapping })).records;
  const sum = (await replayedFiles([[join(cases, "mean-sum.csv")]], { mapping })).records;
  const high = single.reduce((total, { footprint }) => total + footprint!.co2eGrams!.high, 0);
  const low = single.reduce((total, { footprint }) => total + footprint!.co2eGrams!.low, 0);
  expect(sum).toHaveLength(1);
  expect(sum[0]!.footprint!.co2eGrams!.high).toBeGreaterThanOrEqual(high);
  expect(sum[0]!.footprint!.co2eGrams!.low).toBeLessThanOrEqual(low);
  expect(sum[0]!.footprint!.warnings).toContain("summed");
});

test("what cannot be read is rejected with its line, id and reason, and the rest is taken", async () => {
  const good = (id: string) => JSON.stringify(sampleRecord({ id }));
  const cutOff = good("cut").slice(0, 100);
  const { outcome, rejected, records } = await replayedText(
    [good("a"), "not json", cutOff, good("b"), '{"id":"c","usageSource":"reported","startedAt":"x"}', good("d")].join(
      "\n",
    ) + `\n${JSON.stringify({ ...sampleRecord({ id: "e" }), usage: { inputTokens: -1 } })}\n`,
  );
  expect(records.map(({ id }) => id).sort()).toStrictEqual(["a", "b", "d"]);
  expect(rejected.map(({ line, id, reason }) => [line, id, reason])).toStrictEqual([
    [2, undefined, "the record is not JSON"],
    [3, undefined, "the document ends before it is complete"],
    [5, "c", "id, provider or operation is missing"],
    [7, "e", "inputTokens is not a number of at least 0"],
  ]);
  expect(outcome).toMatchObject({ requests: 3, rejected: 4, complete: true });
  const table = await replayedText(
    "start_time,end_time,num_model_requests,model\n1763000000,1763086400,1\n1763000000,1763086400,x,m\n",
  );
  expect(table.rejected.map(({ line, reason }) => [line, reason])).toStrictEqual([
    [2, "the row has 3 fields, the header 4"],
    [3, "num_model_requests is not a number of at least 0"],
  ]);
});

test("one bad result of a page, and one bad span of a batch, reject themselves only", async () => {
  const result = {
    object: "organization.usage.completions.result",
    input_tokens: 10,
    output_tokens: 1,
    model: "gpt-4o",
  };
  const bucket = { object: "bucket", start_time: 1_759_708_800, end_time: 1_759_795_200 };
  const page = { object: "page", data: [{ ...bucket, results: [{ ...result, num_model_requests: 2 }, result] }] };
  const { outcome, rejected } = await replayedText(JSON.stringify(page, undefined, 2));
  expect(outcome).toMatchObject({ requests: 2, rejected: 1 });
  expect(rejected[0]!.reason).toBe("num_model_requests is missing");
});

test("a replay that was cut off goes on where it was, and a finished one is not repeated", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "past");
  writeFileSync(file, jsonLines(...Array.from({ length: 20_000 }, (_, n) => sampleRecord({ id: `r${n}` }))));
  const interruption = new AbortController();
  const first = await replayedFiles(
    [[file]],
    { signal: interruption.signal, onProgress: () => interruption.abort() },
    folder,
  );
  expect(first.outcome.complete).toBe(false);
  expect(first.outcome.requests).toBeGreaterThan(0);
  expect(first.outcome.requests).toBeLessThan(20_000);
  const second = await replayedFiles([[file]], {}, folder);
  expect(second.outcome.complete).toBe(true);
  expect(second.outcome.new).toBe(20_000 - first.outcome.requests);
  expect((await replayedFiles([[file]], {}, folder)).outcome).toMatchObject({ new: 0, alreadyThere: 20_000 });
  appendFileSync(file, jsonLines(sampleRecord({ id: "new" })));
  const grown = await replayedFiles([[file]], {}, folder);
  expect(grown.outcome).toMatchObject({ new: 1, alreadyThere: 0 });
  expect(new Set(grown.records.map(({ id }) => id)).size).toBe(20_001);
});

test("gzip, Zstandard, UTF-16 and standard input are read as the text that they hold", async () => {
  const text = jsonLines(sampleRecord({ id: "a" }), failedRecord({ id: "b" }));
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  for (const content of [text, gzipSync(text), zstdCompressSync(text), utf16, `\uFEFF${text}`]) {
    expect((await replayedText(content)).outcome).toMatchObject({ requests: 2, rejected: 0 });
  }
  const folder = temporaryFolder();
  const run = async () => {
    const files = await inputFiles(["-"], ReadableStream.from([Buffer.from(text)]));
    return replay(files, journalSink(join(folder, "footprint.db"), {}), { notation });
  };
  expect(await run()).toMatchObject({ new: 2 });
  expect(await run()).toMatchObject({ new: 0, alreadyThere: 2 });
});

test("of a folder all files that can hold records are read, and one of no known kind rejects itself", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.jsonl"), jsonLines(sampleRecord({ id: "a" })));
  writeFileSync(join(folder, "b.csv"), "x,y\n1,2\n");
  writeFileSync(join(folder, "c.png"), "not looked at");
  const { outcome, rejected } = await replayedFiles([[folder]], {}, temporaryFolder());
  expect(outcome).toMatchObject({ requests: 1, rejected: 1, files: 2 });
  expect(rejected).toMatchObject([{ line: 1, reason: 'no kind of file is known with "x", "y"' }]);
});

test("a label is found in a span, its resource, a bucket or a page; one that is nowhere is an error before anything is written", async () => {
  const cases = (name: string) => [join(import.meta.dirname, "cases", "files", name)];
  const labelled = async (name: string, path: string) =>
    (await replayedFiles([cases(name)], { labels: { team: path } })).records.map(({ labels }) => labels["team"]);
  expect(await labelled("otel-new.json", "service.name")).toStrictEqual(["search-api"]);
  expect(await labelled("otel-new.json", "team")).toStrictEqual(["search"]);
  expect(await labelled("openai-page.json", "project_id")).toStrictEqual(["proj_a", "proj_b"]);
  expect((await labelled("litellm-list.json", "metadata.user_api_key_team_alias")).toSorted()).toStrictEqual([
    "search",
    "search",
    undefined,
  ]);
  await expect(labelled("openai-page.json", "projekt")).rejects.toThrow('"team=projekt" is nowhere found');
});

test("OpenMetrics holds each line's samples together, from zero and rising, and the records' own labels", async () => {
  const folder = temporaryFolder();
  const [file, output] = [join(folder, "past"), join(folder, "out.om")];
  const at = (minutes: number, id: string) =>
    sampleRecord({ id, startedAt: new Date(Date.UTC(2026, 10, 1, 0, minutes)), labels: { team: "search" } });
  writeFileSync(file, jsonLines(at(1, "a"), at(12, "b"), at(3, "c"), at(3, "c")));
  await replay(await inputFiles([file], process.stdin), openMetricsSink(output, { stepSeconds: 300 }), { notation });
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

test("a file of no known kind, a mapping that finds nothing, and a mapping with an error say what to do", async () => {
  await expect(replayedText("a,b\n1,2\n")).rejects.toThrow('no kind of file is known with "a", "b". Give --map');
  await expect(inputFiles(["/nowhere/at/all"], process.stdin)).rejects.toThrow("cannot be read");
  const mapping = { map: ["startedAt=when", "model=llm"] };
  await expect(replayedText('{"ts":1,"name":"x"}\n', { mapping })).rejects.toThrow(
    'Its records have "ts", "name"; map these',
  );
  await expect(replayedText("when,llms\n1,2\n", { mapping })).rejects.toThrow(
    '"llm" is a column that the file does not have. Choose among "llms", "when", such as --map startedAt=when model=llms',
  );
  const deep = JSON.stringify({
    answer: { calls: [{ at: "2026-10-01T10:00:00Z", llm: "gpt-4o", used: { prompt: 1 } }] },
  });
  await expect(
    replayedText(deep, { mapping: { map: ["records=answer.call", "startedAt=at", "model=llm"] } }),
  ).rejects.toThrow("records=answer.call leads to no list in");
  await expect(
    replayedText(deep, { mapping: { map: ["records=answer.calls", "startedAt=when", "model=llm"] } }),
  ).rejects.toThrow(
    '"when" is a column that the file does not have. Choose among "at", "llm", "used.prompt", such as --map startedAt=at model=llm promptTokens=used.prompt',
  );
  const { outcome } = await replayedText(deep, {
    mapping: { map: ["records=answer.calls", "startedAt=at", "model=llm", "promptTokens=used.prompts"] },
  });
  expect(outcome.notes[0]).toContain('has "used.prompts", which --map names');
  const several = temporaryFolder();
  writeFileSync(join(several, "calls.csv"), "when,llm\n2026-10-01,gpt-4o\n");
  writeFileSync(join(several, "notes.txt"), "nothing to see\n");
  expect((await replayedFiles([[several]], { mapping })).outcome).toMatchObject({ new: 1, rejected: 1 });
  await expect(replayedText('// {"prompt":"secret"}\n{"a":"secret"}\n')).rejects.toThrow(/^(?!.*secret)/s);
  expect(() => parseMapping({ map: ["model=m"] })).toThrow("startedAt is not mapped");
  expect(() => parseMapping({ map: ["modell=m"] })).toThrow('"modell=m" maps no field');
  expect(() => parseMapping({ map: ["startedAt=t", "model=m", "promptTokens=p", "inputTokens=p"] })).toThrow(
    "inputTokens would be counted twice",
  );
});

test("a mapping sums columns, filters, marks failures, fixes values and finds a list that lies deep", async () => {
  const mapping = writtenMapping(
    {
      records: "answer.calls",
      map: { startedAt: "at", inputTokens: "in", cacheWriteTokens: ["w5", "w60"], outputTokens: "out", id: "key" },
      where: ["cached!=true"],
      failed: ["status>=400"],
      set: { model: "gpt-4o", provider: "OpenAI" },
    },
    "mapping.yaml",
  );
  const call = { at: "2026-10-01T10:00:00Z", in: 100, w5: 10, w60: 20, out: 5, status: 200, cached: false };
  const calls = [
    { ...call, key: "a" },
    { ...call, key: "b", cached: true },
    { ...call, key: "c", status: 429, in: null, w5: null, w60: null, out: null },
  ];
  const { records, outcome } = await replayedText(JSON.stringify({ answer: { calls } }), { mapping });
  expect(sumsOf(records)).toStrictEqual({ completed: 1, failed: 1, input: 100, cacheWrite: 30, output: 5 });
  expect(outcome.passedOver).toBe(1);
  expect(records[0]!.provider).toBe("openai");
  expect(mappedRecords(parseMapping(mapping)).columns).toContain("w60");
});

test("dates are read in the format and time zone that is given, and refused where they could be two days", () => {
  const now = Date.UTC(2026, 10, 26);
  const read = (text: string, format?: string, timeZone?: string): string =>
    new Date(
      momentOf(text, "t", dateNotation({ ...(format && { format }), ...(timeZone && { timeZone }) }), now),
    ).toISOString();
  expect(read("01/10/2026", "DD/MM/YYYY")).toBe("2026-10-01T00:00:00.000Z");
  expect(read("10/01/2026 08:30 PM", "MM/DD/YYYY")).toBe("2026-10-01T20:30:00.000Z");
  expect(read("45936.5", "excel")).toBe("2025-10-06T12:00:00.000Z");
  expect(read("Oct 6, 2025", "MMM D, YYYY")).toBe("2025-10-06T00:00:00.000Z");
  expect(read("2026-10-01 00:00:00", undefined, "Asia/Kolkata")).toBe("2026-09-30T18:30:00.000Z");
  for (const text of ["01/10/2026", "6-10-2025", "20251006", "2026-02-30", "2099-01-01", "1.76E+09", "yesterday", ""])
    expect(() => read(text)).toThrow();
  expect(() => dateNotation({ format: "MM/YYYY" })).toThrow("does not give year, month and day");
  expect(() => dateNotation({ timeZone: "Mars/Olympus" })).toThrow("is not a time zone");
});

test("numbers are read in the notation that is given, and refused where they could be two", () => {
  expect(["1.234.567", "1.000", "1 000", "12,5"].map((text) => numberOf(text, "n", "comma"))).toStrictEqual([
    ...[1_234_567, 1000, 1000, 12.5],
  ]);
  expect(["1,234,567.5", "1.000", "1'000"].map((text) => numberOf(text, "n", "point"))).toStrictEqual([
    ...[1_234_567.5, 1, 1000],
  ]);
  for (const text of ["1.000", "1,000", "1 000", "0x10", "-5", "NaN", "Infinity", "n/a"]) {
    expect(() => numberOf(text, "n")).toThrow();
  }
});

async function collected(units: AsyncIterable<readonly Unit[]>): Promise<unknown[]> {
  const documents: unknown[] = [];
  for await (const each of units) documents.push(...each.map(({ document, rejected }) => rejected ?? document));
  return documents;
}

/** A text in pieces of a length. */
const pieces = (text: string, length: number): ReadableStream<string> =>
  ReadableStream.from(
    Array.from({ length: Math.ceil(text.length / length) }, (_, n) => text.slice(n * length, (n + 1) * length)),
  );

test("JSON is read into its documents wherever the pieces end, on lines, in a list, or indented", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
      fc.constantFrom("lines", "list", "indented"),
      fc.integer({ min: 1, max: 50 }),
      async (objects, form, length) => {
        const text =
          form === "lines" ? jsonLines(...objects) : JSON.stringify(objects, undefined, form === "indented" ? 2 : 0);
        const expected = JSON.parse(JSON.stringify(objects)) as unknown[];
        if (form === "lines") {
          expect(await collected(readLines(pieces(text, length), 0))).toStrictEqual(expected);
          return;
        }
        const documents = new JsonDocuments();
        const found = [];
        for await (const piece of pieces(text, length)) found.push(...documents.write(piece));
        found.push(...documents.end());
        expect(found.map(({ document }) => document)).toStrictEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test("a line of any size gives each of its spans, in parts that are small", async () => {
  const span = (n: number) => ({
    traceId: "a".repeat(32),
    spanId: String(n).padStart(16, "0"),
    startTimeUnixNano: "1759737600123456789",
    endTimeUnixNano: "1759737602123456789",
    attributes: [
      { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
      { key: "gen_ai.provider.name", value: { stringValue: "openai" } },
      { key: "gen_ai.request.model", value: { stringValue: "gpt-4o" } },
      { key: "gen_ai.usage.input_tokens", value: { intValue: "100" } },
      { key: "text", value: { stringValue: `\\"é`.repeat(200_000) } },
    ],
  });
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const spans = Array.from({ length: 14 }, (_, n) => span(n));
  const line = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "x" }, spans }] }] });
  expect(line.length).toBeGreaterThan(12_000_000);
  const { records } = await replayedText(`${line}\n`, { labels: { service: "service.name" } });
  expect(sumsOf(records)).toStrictEqual({ completed: 14, input: 1400 });
  expect(records.every(({ labels }) => labels["service"] === "shop")).toBe(true);
  const documents = new JsonDocuments();
  const parts = [...documents.write(line), ...documents.end()];
  expect(Math.max(...parts.map(({ document }) => JSON.stringify(document).length))).toBeLessThan(8_000_000);
});

test("CSV is read into its rows whatever they hold", async () => {
  const field = fc.string().map((text) => text.replaceAll("\r", ""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { maxLength: 5 }),
      fc.integer({ min: 1, max: 20 }),
      async (rows, length) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const text = `a,b\r\n${rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")}`;
        const layout = csvLayout("a,b\r\n", () => true);
        expect(await collected(csvUnits(pieces(text, length), layout, 0))).toStrictEqual(
          rows.map(([a, b]) => ({ a, b })),
        );
      },
    ),
    { numRuns: 200 },
  );
});
