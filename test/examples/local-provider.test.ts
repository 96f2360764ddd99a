import { afterEach, beforeEach, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";

let provider: LocalProvider;

beforeEach(async () => {
  provider = await startLocalProvider({ chunkIntervalMilliseconds: 1 });
});

afterEach(() => provider.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(provider.url + path, {
    method: "POST",
    headers: { authorization: "Bearer key", "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const CHAT = { model: "gpt-4.1-mini", messages: [{ role: "user", content: "Two words" }] };
const STREAM = { ...CHAT, stream: true };

test("usage is the tokens of the prompt, and as many of the answer as were asked for", async () => {
  const response = await post("/v1/chat/completions", {
    ...CHAT,
    max_completion_tokens: 30,
    reasoning_effort: "medium",
    prompt_cache_key: "key",
  });
  const { usage } = (await response.json()) as { usage: unknown };
  expect(usage).toMatchObject({
    prompt_tokens: 2,
    completion_tokens: 94,
    total_tokens: 96,
    prompt_tokens_details: { cached_tokens: 1 },
    completion_tokens_details: { reasoning_tokens: 64 },
  });
});

test("two providers give the same answers to the same requests", async () => {
  await using other = await startLocalProvider();
  const ask = async ({ url }: LocalProvider) => {
    const response = await fetch(`${url}/mistral/v1/conversations`, {
      method: "POST",
      headers: { authorization: "Bearer key" },
      body: JSON.stringify({ model: "mistral-small-latest", inputs: "Hello", stream: true }),
    });
    return [[...response.headers], await response.text()];
  };
  expect(await ask(other)).toEqual(await ask(provider));
});

test.for([
  ["no key", "/v1/chat/completions", { authorization: "" }, 401],
  ["an unknown path", "/v1/chat", {}, 404],
  ["nothing mounted there", "/v2/chat/completions", {}, 404],
  ["no model", "/v1/responses", {}, 400],
  ["no model of Mistral's", "/mistral/v1/ocr", {}, 422],
  ["a fault that is asked for", "/v1/models", { "x-fault": '{"status":503}' }, 503],
  ["a fault that is not JSON", "/v1/models", { "x-fault": "boom" }, 400],
] as const)("refuses: %s", async ([, path, headers, status]) => {
  expect((await post(path, {}, headers)).status).toBe(status);
});

test("tells how much of a stream was sent before its client left", async () => {
  provider.enqueue({ holdAfter: 1 });
  const response = await post("/v1/chat/completions", STREAM);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await provider.idle();
  expect(provider.requests).toMatchObject([
    { method: "POST", url: "/v1/chat/completions", body: STREAM, chunksSent: 1, clientLeft: true },
  ]);
});

test("tells a complete stream, and one that it cut itself, from one that was left", async () => {
  provider.enqueue({}, { drop: 4 });
  await (await post("/v1/chat/completions", STREAM)).text();
  await expect(post("/v1/chat/completions", STREAM).then((response) => response.text())).rejects.toThrow("terminated");
  await provider.idle();
  // The role, twelve words, the finish reason, [DONE].
  expect(provider.requests.map(({ chunksSent, clientLeft }) => ({ chunksSent, clientLeft }))).toEqual([
    { chunksSent: 15, clientLeft: false },
    { chunksSent: 4, clientLeft: false },
  ]);
});

test("the local provider keeps as many requests as it is asked to", async () => {
  await using forgetful = await startLocalProvider({ keptRequests: 1 });
  for (const path of ["/v1/models", "/v1/files"]) await fetch(forgetful.url + path);
  expect(forgetful.requests.map(({ url }) => url)).toEqual(["/v1/files"]);
});
