import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import { compactSlice } from "../../src/journal/compaction.ts";
import { openJournal } from "../../src/journal/open-journal.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { Store } from "../../src/journal/store.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { always, jsonLines, replayedFiles, replayedText, type ReplayedOptions } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const CASES = join(import.meta.dirname, "cases");
const file = (name: string): string => join(CASES, "files", name);
const rows = { mapping: { map: ["startedAt=ts", "model=model", "inputTokens=in", "outputTokens=out"] } };

test("a bucket that has grown since it was read replaces itself, and an older copy changes nothing", async () => {
  const { outcomes, records } = await replayedFiles([
    [file("openai-today-morning.json")],
    [file("openai-today-evening.json")],
    [file("openai-today-morning.json")],
  ]);
  expect(outcomes).toMatchObject([
    { new: 5, replaced: 0, alreadyThere: 0 },
    { new: 0, replaced: 50, alreadyThere: 0 },
    { new: 0, replaced: 0, alreadyThere: 5 },
  ]);
  expect(sumsOf(records)).toStrictEqual({ completed: 50, input: 9800, cacheRead: 200, output: 5000 });
});

test("buckets of another width that overlap are refused with both periods", async () => {
  const { outcome, rejected, records } = await replayedFiles([
    [file("openai-hourly-from-8.json")],
    [file("openai-day-of-it.json")],
  ]);
  expect(outcome).toMatchObject({ requests: 0, rejected: 1 });
  expect(rejected[0]!.reason).toBe(
    "2025-10-06T00:00Z to 2025-10-07T00:00Z overlaps 2025-10-06T08:00Z to 2025-10-06T09:00Z, which was read before",
  );
  expect(sumsOf(records)).toMatchObject({ completed: 3 });
});

test("the same period in another grouping is refused", async () => {
  const { outcome, rejected } = await replayedFiles([[file("openai-page.json")], [file("openai-page-no-model.json")]]);
  expect(outcome).toMatchObject({ requests: 0, rejected: 1 });
  expect(rejected[0]!.reason).toContain("grouped by model and project_id; not grouped it is the same requests again");
});

test("exports of two accounts do not replace each other where their accounts are given", async () => {
  const folder = temporaryFolder();
  await replayedFiles([[file("openai-daily.json")]], { account: "a" }, folder);
  const { records } = await replayedFiles([[file("openai-daily.json")]], { account: "b", replace: true }, folder);
  expect(sumsOf(records)).toMatchObject({ completed: 6 });
});

test("a file is known by its content: renamed it counts once, grown by what is new, and two files add", async () => {
  const folder = temporaryFolder();
  const [first, renamed, other] = ["first.csv", "renamed.csv", "other.csv"].map((name) => join(folder, name));
  const row = "2026-11-01T10:00:00Z,gpt-4o,10,5\n";
  writeFileSync(first!, `ts,model,in,out\n${row}${row}`);
  expect((await replayedFiles([[first!]], rows, folder)).outcome).toMatchObject({ new: 2 });
  copyFileSync(first!, renamed!);
  expect((await replayedFiles([[renamed!]], rows, folder)).outcome).toMatchObject({
    new: 0,
    alreadyThere: 2,
    filesKnown: 1,
  });
  appendFileSync(renamed!, row);
  expect((await replayedFiles([[renamed!]], rows, folder)).outcome).toMatchObject({ new: 1 });
  // The same rows at the same lines, and one that differs.
  writeFileSync(other!, `ts,model,in,out\n${row}${row}2026-11-02,gpt-4o,1,1\n`);
  const { outcome, records } = await replayedFiles([[other!]], rows, folder);
  expect(outcome).toMatchObject({ new: 3 });
  expect(sumsOf(records)).toStrictEqual({ completed: 6, input: 51, output: 26 });
});

test("equal rows without ids each count, on lines, in a list or a page, and a list that has grown counts by what is new", async () => {
  const row = { ts: "2026-11-01T10:00:00Z", model: "gpt-4o", in: 10, out: 5 };
  const written: ((rows: readonly object[]) => string)[] = [
    (rows) => jsonLines(...rows),
    (rows) => JSON.stringify(rows),
    (rows) => JSON.stringify(rows, undefined, 2),
    (rows) => JSON.stringify({ data: rows }),
    (rows) => jsonLines(rows),
  ];
  for (const write of written) {
    const folder = temporaryFolder();
    const file = join(folder, "past");
    writeFileSync(file, write([row, row]));
    expect((await replayedFiles([[file]], rows, folder)).outcome).toMatchObject({ new: 2 });
    writeFileSync(file, write([row, row, row]));
    expect((await replayedFiles([[file]], rows, folder)).outcome).toMatchObject({ new: 1 });
    const { outcome, records } = await replayedFiles([[file]], rows, folder);
    expect(outcome).toMatchObject({ new: 0, alreadyThere: 3, filesKnown: 1 });
    expect(sumsOf(records)).toStrictEqual({ completed: 3, input: 30, output: 15 });
  }
});

test("a line that was cut off when the file was read is read when it is whole", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "session.jsonl");
  const line = readFileSync(file("claude-code.jsonl"), "utf8").split("\n")[2]!;
  writeFileSync(path, line.slice(0, 200));
  expect((await replayedFiles([[path]], {}, folder)).outcome).toMatchObject({ requests: 0, rejected: 1 });
  appendFileSync(path, `${line.slice(200)}\n`);
  expect((await replayedFiles([[path]], {}, folder)).outcome).toMatchObject({ new: 1, rejected: 0 });
});

test("the same id twice is one request with the larger usage, in one file or several, in any order", async () => {
  const lines = readFileSync(file("claude-code.jsonl"), "utf8").trim().split("\n");
  for (const order of [lines, lines.toReversed()]) {
    const { records } = await replayedText(`${order.join("\n")}\n`);
    expect(sumsOf(records)).toStrictEqual({ completed: 1, input: 4, cacheRead: 12_000, cacheWrite: 300, output: 250 });
  }
});

test("an id counts within its model and time: requests of two services with the same ids add", async () => {
  const mapping = { map: [...rows.mapping.map, "id=id"] };
  const { records, outcome } = await replayedFiles([[file("same-id.csv"), file("same-id-other-service.csv")]], {
    mapping,
  });
  expect(outcome).toMatchObject({ new: 4, alreadyThere: 0 });
  expect(sumsOf(records)).toStrictEqual({ completed: 4, input: 2000, output: 1700 });
});

test("--replace reads a known file again, with other labels", async () => {
  const folder = temporaryFolder();
  await replayedFiles([[file("teams.csv")]], rows, folder);
  const again = await replayedFiles([[file("teams.csv")]], { ...rows, labels: { team: "team" } }, folder);
  expect(again.outcome).toMatchObject({ alreadyThere: 3, replaced: 0 });
  const replaced = await replayedFiles(
    [[file("teams.csv")]],
    { ...rows, labels: { team: "team" }, replace: true },
    folder,
  );
  expect(replaced.outcome).toMatchObject({ new: 0, replaced: 3 });
  expect(replaced.records.map(({ labels }) => labels["team"])).toStrictEqual(["Équipe données", "none", undefined]);
});

test("what was read is remembered when its rows have become hours", async () => {
  const path = file("litellm.jsonl");
  const { journalPath, folder } = await replayedFiles([[path]]);
  const store = new Store(journalPath, { writer: "main", busySeconds: 1 });
  compactSlice(store, Date.now() + 1000);
  store.close();
  const copy = join(folder, "copy.jsonl");
  writeFileSync(copy, `\n${readFileSync(path, "utf8")}`);
  const { outcome } = await replayedFiles([[copy]], {}, folder);
  expect(outcome).toMatchObject({ new: 0, alreadyThere: 18 });
  using journal = openJournalReader(journalPath);
  expect(journal.sums(always).reduce((sum, { requests }) => sum + requests, 0)).toBe(18);
});

test("a period that was metered live and stands in an export is noticed, and one of the two counts", async () => {
  const folder = temporaryFolder();
  const journal = openJournal(join(folder, "footprint.db"));
  journal.append(sampleRecord({ id: "live", provider: "openai", startedAt: new Date("2025-10-06T09:00:00Z") }));
  await journal.close();
  const replayed = (overlap?: ReplayedOptions["overlap"]) =>
    replayedFiles([[file("openai-daily.json")]], { ...(overlap && { overlap }) }, folder);
  await expect(replayed()).rejects.toThrow(
    "2025-10-06T00:00Z to 2025-10-07T00:00Z is in the file, and 1 requests to openai were metered live in it. Say which of the two counts: --overlap metered, export",
  );
  expect(sumsOf((await replayed("metered")).records)).toMatchObject({ completed: 1 });
  const other = temporaryFolder();
  copyFileSync(join(folder, "footprint.db"), join(other, "footprint.db"));
  const { outcome, records } = await replayedFiles(
    [[file("openai-daily.json")]],
    { overlap: "export", replace: true },
    other,
  );
  expect(outcome).toMatchObject({ new: 3 });
  expect(sumsOf(records)).toStrictEqual({ completed: 3, input: 300, output: 30 });
});

interface Bucket {
  readonly day: number;
  readonly model: string;
  readonly requests: number;
}

const page = (buckets: readonly Bucket[]) => ({
  object: "page",
  data: buckets.map(({ day, model, requests }) => ({
    object: "bucket",
    start_time: 1_759_708_800 + day * 86_400,
    end_time: 1_759_795_200 + day * 86_400,
    results: [
      {
        object: "organization.usage.completions.result",
        input_tokens: requests * 10,
        output_tokens: requests,
        num_model_requests: requests,
        model,
      },
    ],
  })),
});

test("rows with ids and buckets come to one sum in any order, repetition and split", async () => {
  const bucket = fc.record({
    day: fc.integer({ min: 0, max: 3 }),
    model: fc.constantFrom("gpt-4o", "gpt-5-mini"),
    requests: fc.integer({ min: 1, max: 9 }),
  });
  const buckets = fc.uniqueArray(bucket, {
    minLength: 1,
    maxLength: 6,
    selector: ({ day, model }) => `${day} ${model}`,
  });
  const row = fc.record({ id: fc.integer({ min: 1, max: 5 }), tokens: fc.integer({ min: 1, max: 9 }) });
  await fc.assert(
    fc.asyncProperty(
      buckets,
      fc.uniqueArray(row, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 }),
      async (buckets, rows, picks) => {
        const folder = temporaryFolder();
        const items = [
          ...buckets.map((each) => page([each])),
          ...rows.map(({ id, tokens }) => ({
            request_id: `r${id}`,
            call_type: "completion",
            custom_llm_provider: "openai",
            model: "gpt-4o",
            prompt_tokens: tokens,
            completion_tokens: 1,
            startTime: "2026-10-01T10:00:00Z",
          })),
        ];
        // All of them, and some again, in files of two.
        const order = [...picks.map((pick) => items[pick % items.length]!), ...items];
        const paths = Array.from({ length: Math.ceil(order.length / 2) }, (_, n) => join(folder, `part${n}.jsonl`));
        for (const [n, path] of paths.entries()) writeFileSync(path, jsonLines(...order.slice(2 * n, 2 * n + 2)));
        const { records } = await replayedFiles(
          paths.map((path) => [path]),
          {},
          folder,
        );
        const [requests, tokens] = [
          buckets.reduce((sum, each) => sum + each.requests, 0),
          rows.reduce((sum, each) => sum + each.tokens, 0),
        ];
        expect(sumsOf(records)).toStrictEqual({
          completed: requests + rows.length,
          input: requests * 10 + tokens,
          output: requests + rows.length,
        });
      },
    ),
    { numRuns: 15 },
  );
});

test("the spans of one request are one, whatever their order and however they are split over files", async () => {
  for (const name of ["py-anthropic-traceloop.json", "py-anthropic-inference.json"]) {
    const document = JSON.parse(readFileSync(join(CASES, "spans", name), "utf8")) as
      | { resourceSpans: { resource: object; scopeSpans: { scope: object; spans: object[] }[] }[] }
      | { resourceSpans: { resource: object; scopeSpans: { scope: object; spans: object[] }[] }[] }[];
    const single = [document]
      .flat()
      .flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ scope, spans }) =>
            spans.map((span) => ({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] })),
          ),
        ),
      );
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(single, { minLength: single.length }), async (order) => {
        const folder = temporaryFolder();
        const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
        writeFileSync(a, jsonLines(...order.slice(0, 3)));
        writeFileSync(b, jsonLines(...order));
        const { records } = await replayedFiles([[a], [b]], {}, folder);
        expect(sumsOf(records)).toStrictEqual({
          completed: 3,
          failed: 1,
          input: 1500,
          cacheRead: 1140,
          cacheWrite: 360,
          output: 270,
        });
      }),
      { numRuns: 12 },
    );
  }
});
