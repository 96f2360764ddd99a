import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";

import { createMeter } from "../../src/index.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

test.each([
  ["exit", 0],
  ["throw", 1],
  ["reject", 1],
  ["SIGTERM", 0],
] as const)("answers that were awaited are in the journal after %s", { timeout: 60_000 }, (ending, status) => {
  const path = join(temporaryFolder(), "footprint.db");
  const program = join(import.meta.dirname, "exiting-program.ts");
  expect(spawnSync(process.execPath, [program, path, ending], { stdio: "ignore" }).status).toBe(status);
  using database = new DatabaseSync(path);
  expect(database.prepare("SELECT count(*) AS rows FROM request").get()!["rows"]).toBe(60);
});

test("what was seen of a stream that is open at process.exit() is in the journal", { timeout: 60_000 }, () => {
  const path = join(temporaryFolder(), "footprint.db");
  const program = join(import.meta.dirname, "exiting-program.ts");
  expect(spawnSync(process.execPath, [program, path, "open"], { stdio: "ignore" }).status).toBe(0);
  using database = new DatabaseSync(path);
  const query = "SELECT outcome, outputTokens FROM request JOIN context USING (contextId) WHERE outcome <> 'completed'";
  const open = database.prepare(query).all();
  expect(open).toStrictEqual([expect.objectContaining({ outcome: "abandoned", outputTokens: 20 })]);
});

test(
  "processes that exit at once while others write their journal wait for each other",
  { timeout: 60_000 },
  async () => {
    const path = join(temporaryFolder(), "footprint.db");
    const program = join(import.meta.dirname, "exiting-program.ts");
    const children = ["a", "b", "c"].map((writer) =>
      fork(program, [path, "exit", writer], { stdio: ["ignore", "pipe", "inherit", "ipc"] }),
    );
    await Promise.all(children.map((child) => once(child, "message")));
    using other = new DatabaseSync(path, { timeout: 5_000 });
    other.exec("BEGIN IMMEDIATE");
    const ended = Promise.all(children.map((child) => once(child, "exit")));
    const exiting = Promise.all(children.map((child) => once(child.stdout!, "data")));
    for (const child of children) child.send("exit");
    await exiting;
    await new Promise((resolve) => setTimeout(resolve, 200));
    other.exec("ROLLBACK");
    await ended;
    expect(other.prepare("SELECT count(*) AS rows FROM request").get()!["rows"]).toBe(180);
  },
);

/** A chat stream of 50 words that never says its usage. */
const wordByWord = (): Response => {
  let words = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        words += 1;
        if (words > 50) {
          controller.close();
          return;
        }
        const chunk = {
          id: "1",
          object: "chat.completion.chunk",
          model: "gpt-4o",
          choices: [{ delta: { content: "word" } }],
        };
        controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`));
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
};

test("close() keeps what was seen of an open stream, as leaving it does", async () => {
  const records: RequestRecord[] = [];
  for (const ending of ["cancel", "close"] as const) {
    const meter = createMeter();
    meter.on("request", (record) => records.push(record));
    const fetch = meter.fetch({ provider: "openai", zone: "USA", fetch: () => Promise.resolve(wordByWord()) });
    const body = JSON.stringify({ model: "gpt-4o", stream: true, messages: [] });
    const answer = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body });
    const reader = answer.body!.getReader();
    for (let chunk = 0; chunk < 40; chunk += 1) await reader.read();
    if (ending === "cancel") await reader.cancel();
    await meter.close();
    expect((await reader.read()).done).toBe(ending === "cancel");
  }
  expect(records.map(({ outcome, errorType }) => [outcome, errorType])).toEqual([
    ["abandoned", "cancelled"],
    ["abandoned", "unobserved"],
  ]);
  expect(records[1]!.usage).toEqual(records[0]!.usage);
  expect(records[1]!.usage!.outputTokens).toBe(40);
  expect(records[1]!.footprint!.co2eGrams!.central).toBeGreaterThan(0);
});

test("flush() and close() end after ten seconds at most, whatever the listeners do", { timeout: 30_000 }, async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const meter = createMeter({ journal: path });
  meter.on("request", () => new Promise(() => undefined));
  meter.record({ provider: "openai", model: "gpt-4o", operation: "chat", usage: { inputTokens: 1 } });
  const began = performance.now();
  await Promise.all([meter.flush(), meter.close()]);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(meter.totals().overall.requests.completed).toBe(1);
  using database = new DatabaseSync(path);
  expect(database.prepare("SELECT count(*) AS rows FROM request").get()!["rows"]).toBe(1);
});

test("a record holds the numbers of the provider's usage, and no text that stands there", async () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 5,
    note: "a prompt",
    details: { cached_tokens: 3, texts: ["a prompt", 1], deep: { flag: true } },
    ["x".repeat(65)]: 1,
  };
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ model: "gpt-4o", usage })) });
  const body = JSON.stringify({ model: "gpt-4o", messages: [] });
  await (await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body })).json();
  await meter.flush();
  expect(records[0]!.rawUsage).toEqual({
    prompt_tokens: 10,
    completion_tokens: 5,
    details: { cached_tokens: 3, texts: [1], deep: {} },
  });
});

test("the warnings of a process are bounded, and the last one says so", () => {
  const emitted: string[] = [];
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void emitted.push(String(warning)));
  onTestFinished(() => spy.mockRestore());
  const meter = createMeter();
  for (let model = 0; model < 500; model += 1) {
    meter.record({ provider: "nobody", model: `unknown-${model}`, operation: "chat", usage: { inputTokens: 1 } });
  }
  expect(emitted).toHaveLength(100);
  expect(emitted.at(-1)).toMatch(/; further warnings are left out$/);
});
