import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { temporaryFolder } from "../journal/temporary-folder.ts";
import { replayedFiles, replayedText } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const DAY = 1_759_708_800;

const result = (requests: number, more: object = {}) => ({
  object: "organization.usage.completions.result",
  input_tokens: requests * 100,
  output_tokens: requests * 10,
  num_model_requests: requests,
  model: "gpt-5",
  ...more,
});

const page = (...days: readonly (readonly object[])[]) => ({
  object: "page",
  data: days.map((results, day) => ({
    object: "bucket",
    start_time: DAY + day * 86_400,
    end_time: DAY + (day + 1) * 86_400,
    results,
  })),
});

test("of a page that is cut off, the buckets that are whole count, and the rest is one rejection", async () => {
  const text = JSON.stringify(page([result(3)], [result(2)]));
  for (const cut of [text, JSON.stringify(JSON.parse(text), null, 2)].map((whole) =>
    whole.slice(0, whole.lastIndexOf('"input_tokens"')),
  )) {
    const { records, outcome } = await replayedText(cut);
    expect(sumsOf(records)).toStrictEqual({ completed: 3, input: 300, output: 30 });
    expect(outcome).toMatchObject({ rejected: 1 });
  }
});

test("OpenAI's input is the sum of its parts where only these are given", async () => {
  const parts = {
    input_tokens: undefined,
    input_uncached_tokens: 500,
    input_cached_tokens: 200,
    input_cache_write_30m_tokens: 100,
    input_cache_write_12h_tokens: 200,
  };
  for (const more of [parts, { ...parts, input_tokens: 1000 }]) {
    const { records } = await replayedText(JSON.stringify(page([result(1, more)])));
    expect(sumsOf(records)).toStrictEqual({ completed: 1, input: 500, cacheRead: 200, cacheWrite: 300, output: 10 });
  }
});

test("a usage CSV with its times in ISO 8601 alone is read", async () => {
  const { records } = await replayedText(
    "start_time_iso,end_time_iso,num_model_requests,model,input_tokens,output_tokens\n" +
      "2025-10-06T00:00:00+00:00,2025-10-07T00:00:00+00:00,2,gpt-5,10,20\n",
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 2, input: 10, output: 20 });
});

test("a decimal comma is read where it is said, and its rejection says how", async () => {
  const file =
    "start_time;end_time;num_model_requests;model;input_tokens;output_tokens\n1759708800;1759795200;8,0;gpt-5;46000,0;60000,0\n";
  const unsaid = await replayedText(file);
  expect(unsaid.rejected.map(({ reason }) => reason)).toStrictEqual([
    "num_model_requests has a comma; say --decimal comma where it is a decimal one",
  ]);
  const said = await replayedText(file, { notation: { dates: {}, decimal: "comma", now: Date.UTC(2026, 10, 26) } });
  expect(sumsOf(said.records)).toStrictEqual({ completed: 8, input: 46_000, output: 60_000 });
});

const anthropicPage = (...results: readonly object[]) => ({
  data: [{ starting_at: "2026-10-01T00:00:00Z", ending_at: "2026-10-02T00:00:00Z", results }],
});
const tokens = (uncached_input_tokens: number, more: object = {}) => ({
  uncached_input_tokens,
  output_tokens: 0,
  model: "claude-sonnet-4-5",
  workspace_id: null,
  api_key_id: null,
  ...more,
});

test.for<[string, object, object, Record<string, number>]>([
  [
    "OpenAI's key",
    page([result(3)]),
    page([result(1, { api_key_id: "a" }), result(2, { api_key_id: "b" })]),
    { completed: 3, input: 300, output: 30 },
  ],
  [
    "OpenAI's user and batch",
    page([result(1, { user_id: "a", batch: true }), result(2, { user_id: "b", batch: false })]),
    page([result(1, { batch: true }), result(2, { batch: false })]),
    { completed: 3, input: 300, output: 30 },
  ],
  [
    "Anthropic's workspace",
    anthropicPage(tokens(300)),
    anthropicPage(tokens(100, { workspace_id: "a" }), tokens(200, { workspace_id: "b" })),
    { completed: 1, input: 300 },
  ],
])("the same period grouped otherwise is refused as the same requests again: by %s", async ([, one, other, sums]) => {
  const folder = temporaryFolder();
  const [a, b] = [join(folder, "a.json"), join(folder, "b.json")];
  writeFileSync(a, JSON.stringify(one));
  writeFileSync(b, JSON.stringify(other));
  const { records, outcome, rejected } = await replayedFiles([[a], [b]], {}, folder);
  expect(sumsOf(records)).toStrictEqual(sums);
  expect(outcome).toMatchObject({ new: 0, rejected: 2 });
  expect(rejected[0]!.reason).toContain("it is the same requests again");
});

test("a result without a key among others with one is a part of the same grouping", async () => {
  const { records, outcome } = await replayedText(
    JSON.stringify(page([result(1, { api_key_id: "a", project_id: "p" }), result(2)])),
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 3, input: 300, output: 30 });
  expect(outcome).toMatchObject({ rejected: 0 });
});

test.for<[string, readonly object[], Record<string, number>, readonly number[]]>([
  [
    "a running day whose first request without a user comes later",
    [page([result(5, { user_id: "u" })]), page([result(7, { user_id: "u" }), result(2)])],
    { completed: 9, input: 900, output: 90 },
    [0, 0],
  ],
  [
    "a running day whose first request with a user comes later, and older copies of it",
    [page([result(2)]), page([result(7, { user_id: "u" }), result(3)]), page([result(2)])],
    { completed: 10, input: 1000, output: 100 },
    [0, 0, 0],
  ],
  [
    "users and requests without one, and then their sum",
    [page([result(7, { user_id: "u" }), result(3)]), page([result(10)])],
    { completed: 10, input: 1000, output: 100 },
    [0, 1],
  ],
  [
    "a sum, and then its users and requests without one",
    [page([result(10)]), page([result(7, { user_id: "u" }), result(3)])],
    { completed: 10, input: 1000, output: 100 },
    [0, 2],
  ],
  [
    "Anthropic's default workspace, which has no id, and then the sum of all",
    [
      anthropicPage(tokens(100, { workspace_id: "a" })),
      anthropicPage(tokens(100, { workspace_id: "a" }), tokens(200)),
      anthropicPage(tokens(300)),
    ],
    { completed: 2, input: 300 },
    [0, 0, 1],
  ],
  [
    "rows of Anthropic's that nothing tells apart",
    [anthropicPage(tokens(100), tokens(20))],
    { completed: 2, input: 120 },
    [0],
  ],
])("of one period's readings each request counts once: %s", async ([, pages, sums, rejected]) => {
  const folder = temporaryFolder();
  const paths = pages.map((each, index) => {
    const path = join(folder, `${index}.json`);
    writeFileSync(path, JSON.stringify(each));
    return [path];
  });
  const { records, outcomes } = await replayedFiles(paths, {}, folder);
  expect(sumsOf(records)).toStrictEqual(sums);
  expect(outcomes.map((each) => each.rejected)).toStrictEqual(rejected);
});

test("pages gathered into one document are read, each with its buckets", async () => {
  const { records, outcome } = await replayedText(
    JSON.stringify({ pages: [page([result(3)], [result(2)]), { ...page(), data: [] }] }),
  );
  expect(sumsOf(records)).toStrictEqual({ completed: 5, input: 500, output: 50 });
  expect(outcome).toMatchObject({ rejected: 0 });
});

test("an entry of a bucket's results that is not an object is rejected, and the others count", async () => {
  const { records, rejected } = await replayedText(JSON.stringify(page(["cut", result(3), null] as object[])));
  expect(sumsOf(records)).toStrictEqual({ completed: 3, input: 300, output: 30 });
  expect(rejected.map(({ reason }) => reason)).toStrictEqual(
    Array.from({ length: 2 }, () => "an entry of results is not an object"),
  );
});
