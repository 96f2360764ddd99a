import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as soon } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";

import { createMeter, type MeterOptions, type RequestRecord } from "../../src/index.ts";
import { fixture } from "../wire/fixtures.ts";

const OPENAI = "https://api.openai.com/v1";
const ANTHROPIC = "https://api.anthropic.com/v1";
const MISTRAL = "https://api.mistral.ai/v1";

type Read = (response: Response) => Promise<unknown>;
const asText: Read = (response) => response.text();

interface Fetched {
  readonly url: string;
  readonly method?: string;
  readonly answer: Response | readonly [family: string, name: string];
  readonly read?: Read;
}

async function chunksOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

const answerOf = ({ answer }: Fetched): Response => {
  if (answer instanceof Response) return answer;
  const { bytes, contentType } = fixture(...answer);
  return new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } });
};

/** Fetches one after the other through a meter of its own, and gives what it counted. */
async function countedOf(exchanges: readonly Fetched[], options: MeterOptions = {}): Promise<RequestRecord[]> {
  const meter = createMeter(options);
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  for (const exchange of exchanges) {
    const { url, method = "GET", read = asText } = exchange;
    const fetch = meter.fetch({ fetch: () => Promise.resolve(answerOf(exchange)) });
    await read(await fetch(url, { method, ...(method === "POST" && { body: "{}" }) })).catch(() => undefined);
    await meter.flush();
  }
  const { completed, failed, abandoned } = sumOfRequests(meter.totals().labelSets);
  expect(completed + failed + abandoned).toBe(records.length);
  await meter.close();
  return records;
}

const sumOfRequests = (sets: readonly { readonly requests: Readonly<Record<string, number>> }[]) => {
  const of = (outcome: string): number => sets.reduce((sum, { requests }) => sum + (requests[outcome] ?? 0), 0);
  return { completed: of("completed"), failed: of("failed"), abandoned: of("abandoned") };
};

const summary = (records: readonly RequestRecord[]) =>
  records.map(({ outcome, errorType, respondedModel, usage }) => [outcome, errorType, respondedModel, usage]);

const SONNET = "claude-sonnet-4-5-20250929";
const MINI = "gpt-4o-mini-2024-07-18";
const claude = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
});

const CLAUDE_RESULTS: Fetched = {
  url: `${ANTHROPIC}/messages/batches/msgbatch_1/results`,
  answer: ["anthropic", "batch-results.jsonl"],
};
const CLAUDE_COUNTED = [
  ["completed", undefined, SONNET, claude(10, 34)],
  ["failed", "provider_error", undefined, undefined],
  ["abandoned", "expired", undefined, undefined],
  ["completed", undefined, SONNET, claude(11, 36)],
];
const OUTPUT: Fetched = { url: `${OPENAI}/files/file-out/content`, answer: ["openai", "batch-output.jsonl"] };
const ERRORS: Fetched = { url: `${OPENAI}/files/file-err/content`, answer: ["openai", "batch-errors.jsonl"] };
const STATE: Fetched = { url: `${OPENAI}/batches/batch_abc`, answer: ["openai", "batch-completed.json"] };
const BARE_STATE: Fetched = {
  url: `${OPENAI}/batches/batch_abc`,
  answer: ["openai", "batch-completed-without-usage.json"],
};
const OUTPUT_COUNTED = [
  ["completed", undefined, MINI, { inputTokens: 20, outputTokens: 5 }],
  ["completed", undefined, "text-embedding-3-small", { inputTokens: 8 }],
  ["completed", undefined, MINI, { inputTokens: 7, outputTokens: 3 }],
];

describe("a batch of Anthropic's", () => {
  test.for([
    ["text", asText],
    ["bytes", (response) => response.arrayBuffer()],
    ["a blob", (response) => response.blob().then(() => soon(20))],
    ["a stream", (response) => chunksOf(response.body!)],
    ["two streams", (response) => Promise.all(response.body!.tee().map((half) => chunksOf(half)))],
    ["a copy beside it", (response) => Promise.all([response.clone().text(), response.text()])],
  ] as readonly [string, Read][])("counts a request per result that is read as %s", async ([, read]) => {
    expect(summary(await countedOf([{ ...CLAUDE_RESULTS, read }]))).toStrictEqual(CLAUDE_COUNTED);
  });

  test("counts each result once, however often they are fetched", async () => {
    expect(await countedOf([CLAUDE_RESULTS, CLAUDE_RESULTS])).toHaveLength(4);
  });

  test("counts what follows where the first reader left in between", async () => {
    const { bytes } = fixture("anthropic", "batch-results.jsonl");
    const lines = bytes.toString().split(/(?<=\n)/);
    const slow = new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(Buffer.from(lines.shift() ?? ""));
        },
      }),
    );
    const left: Read = async (response) => {
      const reader = response.body!.getReader();
      await reader.read();
      await reader.read();
      await reader.cancel();
    };
    const records = await countedOf([{ ...CLAUDE_RESULTS, answer: slow, read: left }, CLAUDE_RESULTS]);
    expect(summary(records)).toStrictEqual(CLAUDE_COUNTED);
  });

  test("counts nothing by being created, asked after, or cancelled", async () => {
    const batch = (status: string) =>
      Response.json({
        id: "msgbatch_1",
        type: "message_batch",
        processing_status: status,
        request_counts: { succeeded: 2 },
      });
    const url = `${ANTHROPIC}/messages/batches`;
    expect(
      await countedOf([
        { url, method: "POST", answer: batch("in_progress") },
        { url: `${url}/msgbatch_1`, answer: batch("ended") },
        { url: `${url}/msgbatch_1/cancel`, method: "POST", answer: batch("canceling") },
      ]),
    ).toStrictEqual([]);
  });
});

describe("a batch of OpenAI's", () => {
  test("counts a request per line of its files", async () => {
    expect(summary(await countedOf([OUTPUT, ERRORS]))).toStrictEqual([
      ...OUTPUT_COUNTED,
      ["failed", "http_400", undefined, undefined],
    ]);
  });

  test("counts as many requests as its last state says, which share what all used", async () => {
    expect(summary(await countedOf([STATE, STATE, OUTPUT, ERRORS]))).toStrictEqual([
      ["completed", undefined, MINI, { inputTokens: 12, cacheReadTokens: 0, outputTokens: 3, reasoningTokens: 0 }],
      ["completed", undefined, MINI, { inputTokens: 12, cacheReadTokens: 0, outputTokens: 3, reasoningTokens: 0 }],
      ["completed", undefined, MINI, { inputTokens: 11, cacheReadTokens: 0, outputTokens: 2, reasoningTokens: 0 }],
      ["failed", "provider_error", MINI, undefined],
    ]);
  });

  test("whose last state says nothing of its usage counts by its results", async () => {
    expect(summary(await countedOf([BARE_STATE, OUTPUT, ERRORS, BARE_STATE]))).toStrictEqual([
      ["failed", "provider_error", undefined, undefined],
      ...OUTPUT_COUNTED,
    ]);
  });

  test.for(["validating", "in_progress", "finalizing", "cancelling"])("that is %s counts nothing", async (status) => {
    const answer = Response.json({
      id: "batch_abc",
      object: "batch",
      status,
      request_counts: { completed: 2, failed: 1 },
    });
    expect(await countedOf([{ ...STATE, answer }])).toStrictEqual([]);
  });

  test("whose counts are absurd counts no more than a batch can hold", async () => {
    const answer = Response.json({
      id: "b",
      object: "batch",
      status: "completed",
      request_counts: { completed: 0, failed: 1e9 },
    });
    expect(await countedOf([{ ...STATE, answer }])).toHaveLength(100_000);
  });
});

describe("a batch job of Mistral's", () => {
  test("counts a request per line of its results, and those that failed by its last state", async () => {
    expect(
      summary(
        await countedOf([
          { url: `${MISTRAL}/batch/jobs/job-1`, answer: ["mistral", "batch-job.json"] },
          { url: `${MISTRAL}/files/out-1/content`, answer: ["mistral", "batch-output.jsonl"] },
        ]),
      ),
    ).toStrictEqual([
      ["failed", "provider_error", "mistral-small-latest", undefined],
      ["completed", undefined, "mistral-small-latest", { inputTokens: 9, outputTokens: 4 }],
    ]);
  });

  test("that was sent inline counts the results that it holds", async () => {
    const url = `${MISTRAL}/batch/jobs/job-1?inline=true`;
    const inline: Fetched = { url, answer: ["mistral", "batch-job-inline.json"] };
    expect(summary(await countedOf([inline, inline]))).toStrictEqual([
      ["completed", undefined, "mistral-small-latest", { inputTokens: 9, outputTokens: 4 }],
      ["failed", "http_400", undefined, undefined],
    ]);
  });
});

test.for([
  ["a training file", '{"messages":[{"role":"user","content":"a"}]}\n'.repeat(3)],
  ["a batch's input", '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n'],
  ["text", "custom_id response\n".repeat(10)],
  ["a long line without an end", "x".repeat(300_000)],
  ["nothing", ""],
] as const)("a file of %s counts nothing", async ([, content]) => {
  expect(await countedOf([{ url: `${OPENAI}/files/file-1/content`, answer: new Response(content) }])).toStrictEqual([]);
});

test("part of a file of results counts nothing, since its lines have no place", async () => {
  const { bytes } = fixture("openai", "batch-output.jsonl");
  const answer = new Response(new Uint8Array(bytes), { status: 206 });
  expect(await countedOf([{ ...OUTPUT, answer }])).toStrictEqual([]);
});

test("results of many megabytes, with lines too long to be kept, count each, in bounded memory", async () => {
  const line = (words: number): string => {
    const body = {
      id: "c",
      object: "chat.completion",
      model: MINI,
      choices: [{ message: { content: "word ".repeat(words) } }],
      usage: { prompt_tokens: 20, completion_tokens: words, total_tokens: 20 + words },
    };
    return `${JSON.stringify({ id: "r", custom_id: "a", response: { status_code: 200, body }, error: null })}\n`;
  };
  const lines = Buffer.from(line(10).repeat(100) + line(100_000));
  let left = 40;
  const body = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(lines);
      else controller.close();
    },
  });
  const meter = createMeter();
  const fetch = meter.fetch({ fetch: () => Promise.resolve(new Response(body)) });
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for await (const _chunk of (await fetch(OUTPUT.url)).body!) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  await meter.flush();
  expect(lines.length * 40).toBeGreaterThan(20_000_000);
  expect(most).toBeLessThan(8_000_000);
  const [set] = meter.totals().labelSets;
  expect(set!.requests.completed).toBe(40 * 101);
  expect(set!.usage).toMatchObject({ inputTokens: 40 * 101 * 20, outputTokens: 40 * (100 * 10 + 100_000) });
});

test("results count with the labels of the scope in which they are fetched", async () => {
  const meter = createMeter({ labels: ["team"] });
  const fetch = meter.fetch({ fetch: () => Promise.resolve(answerOf(OUTPUT)), labels: { team: "search" } });
  await (await meter.withLabels({ team: "support" }, () => fetch(OUTPUT.url))).text();
  await meter.flush();
  expect(new Set(meter.totals().labelSets.map(({ labels }) => labels["team"]))).toStrictEqual(new Set(["support"]));
});

test("a batch is refused where a budget is used up, and takes nothing from it where there is room", async () => {
  const meter = createMeter({
    budgets: [{ name: "cap", criterion: "requests", limit: 3, window: "day", mode: "refuse" }],
  });
  const created = (): Response => Response.json({ id: "batch_abc", object: "batch", status: "validating" });
  const create = meter.fetch({ fetch: () => Promise.resolve(created()) });
  const submit = async (): Promise<unknown> =>
    (await create(`${OPENAI}/batches`, { method: "POST", body: "{}" })).json();
  for (let times = 0; times < 5; times++) await submit();
  await meter.flush();
  expect(meter.budgets()).toMatchObject([{ used: { central: 0 } }]);
  const fetch = meter.fetch({ fetch: () => Promise.resolve(answerOf(OUTPUT)) });
  await (await fetch(OUTPUT.url)).text();
  await meter.flush();
  expect(meter.budgets()).toMatchObject([{ used: { central: 3 } }]);
  await expect(submit()).rejects.toThrow(/cap/);
});

describe("with a journal", () => {
  const folder = mkdtempSync(join(tmpdir(), "batches-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("each result counts once over restarts, and in the totals that continue", async () => {
    const journal = join(folder, "a.db");
    expect(await countedOf([CLAUDE_RESULTS], { journal })).toHaveLength(4);
    const meter = createMeter({ journal });
    const fetch = meter.fetch({ fetch: () => Promise.resolve(answerOf(CLAUDE_RESULTS)) });
    await (await fetch(CLAUDE_RESULTS.url)).text();
    await meter.flush();
    expect(sumOfRequests(meter.totals().labelSets)).toStrictEqual({ completed: 2, failed: 1, abandoned: 1 });
    await meter.close();
  });

  test("a last state that was counted before a restart is not counted again by its results", async () => {
    const journal = join(folder, "b.db");
    expect(await countedOf([STATE], { journal })).toHaveLength(4);
    const meter = createMeter({ journal });
    for (const exchange of [OUTPUT, STATE, ERRORS]) {
      const fetch = meter.fetch({ fetch: () => Promise.resolve(answerOf(exchange)) });
      await (await fetch(exchange.url)).text();
    }
    await meter.flush();
    expect(sumOfRequests(meter.totals().labelSets)).toStrictEqual({ completed: 3, failed: 1, abandoned: 0 });
    await meter.close();
  });
});
