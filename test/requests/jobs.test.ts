import { describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";

const USAGE = { input_tokens: 5, output_tokens: 7 };
const COUNTED = { inputTokens: 5, outputTokens: 7 };
const CREATE = "https://api.openai.com/v1/responses";
const POLL = `${CREATE}/resp_1`;

const response = (status: string, usage: object | null = null) => ({
  id: "resp_1",
  object: "response",
  background: true,
  model: "gpt-4o-mini",
  status,
  usage,
});

const eventsOf = (...events: readonly { readonly type: string }[]) =>
  new Response(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });

type Exchange = readonly [method: "GET" | "POST", url: string, answer: object | Response];

/** Makes exchanges one after the other, reading each answer, and gives the requests that were counted. */
async function countedOf(
  exchanges: readonly Exchange[],
  closing = false,
  asked: object = {},
): Promise<RequestRecord[]> {
  const answers = exchanges.map(([, , answer]) => (answer instanceof Response ? answer : Response.json(answer)));
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(answers.shift()!) });
  for (const [method, url] of exchanges) {
    const answer = await fetch(url, { method, ...(method === "POST" && { body: JSON.stringify(asked) }) });
    await answer.text().catch(() => undefined);
    await meter.flush();
  }
  if (closing) await meter.close();
  return records;
}

const outcomesOf = async (exchanges: readonly Exchange[], closing?: boolean, asked?: object) =>
  (await countedOf(exchanges, closing, asked)).map(({ outcome, errorType, usage }) => [outcome, errorType, usage]);

const BEGUN: Exchange = ["POST", CREATE, response("queued")];
const DONE: Exchange = ["GET", POLL, response("completed", USAGE)];
const ONCE = [["completed", undefined, COUNTED]];

describe("a response in the background counts once", () => {
  test("when a poll says that it is completed, however often it is asked after", async () => {
    expect(await outcomesOf([BEGUN, ["GET", POLL, response("in_progress")], DONE, DONE])).toStrictEqual(ONCE);
  });

  test.for([["background"], ["object"], ["background", "object"]])(
    "when the request asked for it, though no answer repeats %j",
    async (left) => {
      const without = (answer: object): object =>
        Object.fromEntries(Object.entries(answer).filter(([key]) => !left.includes(key)));
      const exchanges: readonly Exchange[] = [
        ["POST", CREATE, without(response("queued"))],
        ["GET", POLL, without(response("in_progress"))],
        ["GET", POLL, without(response("completed", USAGE))],
        ["GET", POLL, without(response("completed", USAGE))],
      ];
      expect(await outcomesOf(exchanges, false, { model: "gpt-4o-mini", background: true })).toStrictEqual(ONCE);
    },
  );

  test("when a stream of it comes to its end", async () => {
    const events = eventsOf(
      { type: "response.in_progress", ...{ response: response("in_progress") } },
      { type: "response.output_text.delta", ...{ delta: "Hi" } },
      { type: "response.completed", ...{ response: response("completed", USAGE) } },
    );
    expect(await outcomesOf([BEGUN, ["GET", `${POLL}?stream=true`, events], DONE])).toStrictEqual(ONCE);
  });

  test("when it was streamed from the start, left, and asked after later", async () => {
    const begun = eventsOf(
      { type: "response.created", ...{ response: response("queued") } },
      { type: "response.output_text.delta", ...{ delta: "Hi" } },
    );
    expect(await outcomesOf([["POST", CREATE, begun], DONE])).toStrictEqual(ONCE);
  });

  test("when it was cancelled", async () => {
    const cancelled: Exchange = ["POST", `${POLL}/cancel`, response("cancelled")];
    expect(await outcomesOf([BEGUN, cancelled, ["GET", POLL, response("cancelled")]])).toStrictEqual([
      ["abandoned", "cancelled", undefined],
    ]);
  });

  test("when it failed at the provider, or was incomplete", async () => {
    expect(await outcomesOf([BEGUN, ["GET", POLL, response("failed")]])).toStrictEqual([
      ["failed", "provider_error", undefined],
    ]);
    expect(await outcomesOf([BEGUN, ["GET", POLL, response("incomplete", USAGE)]])).toStrictEqual(ONCE);
  });

  test("when the meter is closed before anybody has asked", async () => {
    expect(await outcomesOf([BEGUN], true)).toStrictEqual([["abandoned", "unobserved", undefined]]);
  });

  test.for([
    ["an error", new Response("{}", { status: 500 })],
    ["HTML", new Response("<html>", { headers: { "content-type": "text/html" } })],
    [
      "JSON that is cut off",
      new Response('{"id":"resp_1","object"', { headers: { "content-type": "application/json" } }),
    ],
    ["nothing", new Response("", { headers: { "content-type": "application/json" } })],
    ["a stream that breaks off", eventsOf({ type: "response.output_text.delta" })],
  ] as const)("although a poll is answered with %s", async ([, answer]) => {
    expect(await outcomesOf([BEGUN, ["GET", POLL, answer], DONE])).toStrictEqual(ONCE);
  });
});

test("a response that nobody here has begun is not counted when it is asked after", async () => {
  expect(
    await countedOf([DONE, ["GET", `${POLL}?stream=true`, eventsOf({ type: "response.completed" })]]),
  ).toStrictEqual([]);
});

test("a response that is not in the background counts at once, and not again", async () => {
  const whole = { ...response("completed", USAGE), background: false };
  expect(
    await outcomesOf([
      ["POST", CREATE, whole],
      ["GET", POLL, whole],
      ["GET", POLL, whole],
    ]),
  ).toStrictEqual(ONCE);
});

test("an assistant's run counts once it has ended, its tools' outputs included", async () => {
  const run = (status: string, usage: object | null = null) => ({
    id: "run_1",
    object: "thread.run",
    status,
    model: "m",
    usage,
  });
  const runs = "https://api.openai.com/v1/threads/thread_1/runs";
  expect(
    await outcomesOf([
      ["POST", runs, run("queued")],
      ["GET", `${runs}/run_1`, run("requires_action")],
      ["POST", `${runs}/run_1/submit_tool_outputs`, run("in_progress")],
      ["GET", `${runs}/run_1`, run("completed", { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 })],
    ]),
  ).toStrictEqual(ONCE);
});

test("a batch counts once it has ended", async () => {
  const batch = (status: string, usage?: object) => ({ id: "batch_1", object: "batch", status, usage });
  const batches = "https://api.openai.com/v1/batches";
  expect(
    await outcomesOf([
      ["POST", batches, batch("validating")],
      ["GET", `${batches}/batch_1`, batch("finalizing")],
      ["GET", `${batches}/batch_1`, batch("completed", USAGE)],
      ["GET", batches, { data: [batch("completed", USAGE)] }],
    ]),
  ).toStrictEqual(ONCE);
});
