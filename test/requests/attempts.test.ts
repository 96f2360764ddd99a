import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Binding } from "../../src/requests/binding.ts";
import type { RetryJudge } from "../../src/requests/retry-judge.ts";
import { Requests } from "../../src/requests/requests.ts";
import type { PendingRequest } from "../../src/requests/pending-request.ts";
import { openai } from "../../src/wire/openai/openai.ts";
import { NO_LIMITS } from "../../src/wire/requested-limits.ts";
import { Scopes } from "../../src/scopes/scopes.ts";

const binding = new Binding({
  provider: "openai",
  providerOfSdk: "openai",
  family: openai,
  labels: {},
  zone: undefined,
});
const LONGER_THAN_ANY_RETRY = 75_000;
const USAGE = { prompt_tokens: 4, completion_tokens: 12 };

type Settled = readonly [outcome: string, errorType: string | undefined, attempts: number];

/** A request whose client judges as told, and how it is settled. */
function begun(judge: Partial<RetryJudge> = {}) {
  const settled: Settled[] = [];
  const internalErrors: unknown[] = [];
  const requests = new Requests(new Scopes(), {
    settled: (ended, outcome, errorType) => settled.push([outcome, errorType, ended.attempts]),
    leftToGateway: () => undefined,
    settledInBatch: () => undefined,
    wasCounted: () => false,
    reportInternalError: (error) => internalErrors.push(error),
  });
  const request = requests.begin({
    target: binding.target("POST", "https://api.openai.com/v1/chat/completions")!,
    admission: undefined,
    asked: { ...NO_LIMITS, model: "m" },
    requestBytes: undefined,
    judge: {
      afterAnswer: () => false,
      afterError: () => false,
      afterBrokenBody: () => false,
      abandoned: () => false,
      ...judge,
    },
  });
  request.attempt();
  return { request, requests, settled, internalErrors };
}

const answer = async (request: PendingRequest, requests: Requests) => {
  const response = Response.json({ model: "m", usage: USAGE });
  request.answered(response);
  await response.json();
  await Promise.resolve();
  requests.settlePending();
};

const retries: Partial<RetryJudge> = { afterAnswer: () => true, afterError: () => true, afterBrokenBody: () => true };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an attempt that failed", () => {
  test.for([
    ["an answer", (request: PendingRequest) => request.answered(new Response(null, { status: 429 })), "http_429"],
    ["no answer", (request: PendingRequest) => request.unanswered(new TypeError("fetch failed")), "connection"],
    [
      "no answer in time",
      (request: PendingRequest) => request.unanswered(new DOMException("aborted", "AbortError")),
      "timeout",
    ],
  ] as const)("by %s settles at once when the client does not try again", ([, fail, errorType]) => {
    const { request, settled } = begun();
    fail(request);
    expect(settled).toStrictEqual([["failed", errorType, 1]]);
  });

  test("is part of the request that succeeds", async () => {
    const { request, requests, settled } = begun(retries);
    request.answered(new Response(null, { status: 503 }));
    request.attempt();
    request.unanswered(new TypeError("fetch failed"));
    request.attempt();
    await answer(request, requests);
    vi.advanceTimersByTime(2 * LONGER_THAN_ANY_RETRY);
    expect(settled).toStrictEqual([["completed", undefined, 3]]);
  });

  test("is held for the next one, and settles when none comes, without the time that it was held", () => {
    const { request, settled } = begun(retries);
    request.answered(new Response(null, { status: 429 }));
    vi.advanceTimersByTime(LONGER_THAN_ANY_RETRY - 1);
    expect(settled).toStrictEqual([]);
    vi.advanceTimersByTime(1);
    expect(settled).toStrictEqual([["failed", "http_429", 1]]);
    expect(request.durationSeconds).toBeLessThan(1);
  });

  test("is held while the client makes up its mind, and no longer than to the next one", async () => {
    let decide: ((again: boolean) => void) | undefined;
    const decision = new Promise<boolean>((resolve) => (decide = resolve));
    const { request, requests, settled } = begun({ afterAnswer: () => decision });
    request.answered(new Response(null, { status: 500 }));
    request.attempt();
    decide!(true);
    await decision;
    await answer(request, requests);
    vi.advanceTimersByTime(2 * LONGER_THAN_ANY_RETRY);
    expect(settled).toStrictEqual([["completed", undefined, 2]]);
  });

  test("settles when the client's own judgement fails", async () => {
    const { request, settled } = begun({ afterAnswer: () => Promise.reject(new Error("the client's own")) });
    request.answered(new Response(null, { status: 500 }));
    await new Promise(setImmediate);
    expect(settled).toStrictEqual([["failed", "http_500", 1]]);
  });

  test("after the application has left was abandoned, also while it is held", () => {
    let left = false;
    const { request, settled } = begun({ ...retries, abandoned: () => left });
    request.answered(new Response(null, { status: 429 }));
    left = true;
    vi.advanceTimersByTime(LONGER_THAN_ANY_RETRY);
    expect(settled).toStrictEqual([["abandoned", "aborted", 1]]);
  });
});

test("a request settles once, whatever comes later", async () => {
  const { request, requests, settled } = begun();
  await answer(request, requests);
  request.unanswered(new Error("late"));
  request.aborted(new Error("later"));
  request.lost();
  request.giveUp();
  requests.close();
  expect(settled).toStrictEqual([["completed", undefined, 1]]);
});

test("closing settles what is under way as abandoned", () => {
  const { requests, settled } = begun(retries);
  requests.close();
  expect([settled, requests.closed]).toStrictEqual([[["abandoned", "unobserved", 1]], true]);
});

test("an answer that cannot be observed is an error of ours, and its request is still counted", () => {
  const { request, settled, internalErrors } = begun();
  request.answered(Object.freeze({ ok: true, status: 200, headers: new Headers(), json: () => ({}) }) as never);
  expect(settled).toStrictEqual([["completed", undefined, 1]]);
  expect(internalErrors).toStrictEqual([expect.any(TypeError)]);
});

test("an answer that says it is empty is over, though nobody reads it", () => {
  const { request, requests, settled } = begun();
  request.answered(new Response(null, { headers: { "content-length": "0", "content-type": "application/json" } }));
  requests.settlePending();
  expect(settled).toStrictEqual([["failed", "malformed", 1]]);
});

test.for([
  ["a deadline is over has timed out", true, ["failed", "timeout", 1]],
  ["the application leaves was abandoned", false, ["abandoned", "aborted", 1]],
] as const)("a stream that its SDK aborts because %s", async ([, timedOut, expected]) => {
  const { request, requests, settled } = begun({ timedOut: () => timedOut, abandoned: () => !timedOut });
  const chunks = ['data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n'];
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.error(new DOMException("aborted", "AbortError"));
      else controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  request.answered(response);
  await expect(response.text()).rejects.toThrow("aborted");
  requests.settlePending();
  expect(settled).toStrictEqual([expected]);
});
