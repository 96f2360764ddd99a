// cspell:ignore errortype
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";

import { FAMILIES } from "../../src/wire/families.ts";
import type { UpstreamOptions } from "../../src/serve/upstream.ts";
import { rawUpstream, sendRaw } from "./raw-http.ts";
import { serving, stopAll } from "./serving.ts";

afterEach(stopAll);

/** An address that nobody listens on: the port of a service that is long gone. */
const NOWHERE = "http://127.0.0.1:9";

async function before(answer: (socket: Socket) => void, options: Partial<UpstreamOptions> = {}) {
  const { url } = await rawUpstream(answer);
  const server = await serving({ upstreams: [{ name: "local", url, provider: "openai", ...options }] });
  return {
    ...server,
    ask: (body: object = { model: "gpt-4o" }) =>
      fetch(`${server.url}/local/v1/chat/completions`, { method: "POST", body: JSON.stringify(body) }),
  };
}

const MESSAGE = "llm-footprint: the upstream local could not be reached, or broke off its answer";
const openai = { error: { message: MESSAGE, type: "gateway_error", param: null, code: "502" } };

/** A path of each family that runs a model, and how its servers say that something has gone wrong. */
const OF_FAMILIES: Readonly<Record<string, { path: string; provider: string; body: object; headers?: object }>> = {
  openai: { path: "/v1/chat/completions", provider: "openai", body: openai },
  llama_cpp: { path: "/completion", provider: "llama_cpp", body: openai },
  anthropic: {
    path: "/v1/messages",
    provider: "anthropic",
    body: { type: "error", error: { type: "api_error", message: MESSAGE } },
  },
  gemini: {
    path: "/v1beta/models/gemini-3-pro:generateContent",
    provider: "gcp.gemini",
    body: { error: { code: 502, message: MESSAGE, status: "UNAVAILABLE" } },
  },
  mistral: {
    path: "/v1/chat/completions",
    provider: "mistral_ai",
    body: { object: "error", message: MESSAGE, type: "server_error", param: null, code: "502" },
  },
  cohere: { path: "/v2/chat", provider: "cohere", body: { message: MESSAGE } },
  ollama: { path: "/api/chat", provider: "ollama", body: { error: MESSAGE } },
  bedrock: {
    path: "/model/anthropic.claude-opus-4-1/converse",
    provider: "aws.bedrock",
    body: { message: MESSAGE },
    headers: { "x-amzn-errortype": "InternalServerException" },
  },
  replicate: {
    path: "/v1/models/meta/llama/predictions",
    provider: "replicate",
    body: { title: "The request was not passed on", detail: MESSAGE, status: 502 },
  },
  dashscope: {
    path: "/api/v1/services/aigc/text-generation/generation",
    provider: "alibaba",
    body: { code: "InternalError", message: MESSAGE },
  },
  watsonx: {
    path: "/ml/v1/text/generation",
    provider: "ibm.watsonx.ai",
    body: { errors: [{ code: "gateway_error", message: MESSAGE }], status_code: 502 },
  },
  fal: { path: "/fal-ai/flux/dev", provider: "fal", body: { detail: MESSAGE } },
  oci: { path: "/20231130/actions/chat", provider: "oci", body: { code: "502", message: MESSAGE } },
  workers_ai: {
    path: "/client/v4/accounts/a/ai/run/@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    provider: "cloudflare",
    body: { success: false, errors: [{ code: 502, message: MESSAGE }], messages: [], result: null },
  },
  runway: { path: "/v1/image_to_video", provider: "runway", body: { error: MESSAGE } },
  hugging_face: { path: "/generate", provider: "hugging_face", body: { error: MESSAGE, error_type: "generation" } },
};

describe("an upstream that is down", () => {
  test("is known by its error in every family", () => {
    expect(Object.keys(OF_FAMILIES).toSorted()).toStrictEqual(FAMILIES.map(({ name }) => name).toSorted());
  });

  test.for(FAMILIES.map((family) => [family.name, family] as const))(
    "is a 502 as servers of %s say it, which may be tried again, and counts as failed",
    async ([name, family]) => {
      const { path, provider, body, headers = {} } = OF_FAMILIES[name]!;
      const upstreams = [{ name: "local", url: NOWHERE, provider, family }];
      const { url, records, meter } = await serving({ upstreams });
      const answer = await fetch(`${url}/local${path}`, { method: "POST", body: '{"model":"m","inputs":"x"}' });
      expect([answer.status, answer.headers.get("x-should-retry"), await answer.json()]).toStrictEqual([
        502,
        null,
        body,
      ]);
      expect(Object.fromEntries(answer.headers)).toMatchObject(headers);
      await meter.flush();
      expect(records).toMatchObject([{ provider, outcome: "failed", errorType: "connection" }]);
    },
  );
});

const OK = "HTTP/1.1 200 OK\r\n";
const big = "a".repeat(1_000_000);

describe("an upstream that does not speak HTTP", () => {
  test.for<[string, (socket: Socket) => void]>([
    ["closes at once", (socket) => socket.end()],
    ["resets the connection", (socket) => socket.resetAndDestroy()],
    ["says something else", (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")],
    ["sends bytes of no meaning", (socket) => socket.end(Buffer.from([0, 255, 13, 10, 22, 3, 1]))],
    ["sends one large header", (socket) => socket.end(`${OK}x-a: ${big}\r\ncontent-length: 0\r\n\r\n`)],
    ["sends headers without end", (socket) => socket.end(`${OK}${"x-a: b\r\n".repeat(100_000)}`)],
    [
      "sends a length and chunks",
      (socket) => socket.end(`${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`),
    ],
    ["sends two lengths", (socket) => socket.end(`${OK}content-length: 2\r\ncontent-length: 7\r\n\r\n{}`)],
    ["sends a status of no meaning", (socket) => socket.end("HTTP/1.1 7 Odd\r\ncontent-length: 0\r\n\r\n")],
    ["announces an answer and leaves", (socket) => socket.end("HTTP/1.1 100 Continue\r\n\r\n")],
  ])("but %s is a 502, and counts as failed", async ([, answer]) => {
    const { ask, records, meter } = await before(answer);
    const answered = await ask();
    expect([answered.status, await answered.json()]).toStrictEqual([502, openai]);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "connection", usageSource: "missing" }]);
  });
});

describe("an answer that breaks", () => {
  test.for<[string, (socket: Socket) => void]>([
    [
      "by a reset",
      (socket) => (
        socket.write(`${OK}content-length: 99\r\n\r\n{"mod`),
        setTimeout(() => socket.resetAndDestroy(), 20)
      ),
    ],
    ["by an early end", (socket) => socket.end(`${OK}content-length: 99\r\n\r\n{"mod`)],
    ["in its chunks", (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n5\r\n{"mod\r\nzz\r\n`)],
    ["before its last chunk", (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n5\r\n{"mod\r\n`)],
    ["by a pause that is too long", (socket) => socket.write(`${OK}content-length: 99\r\n\r\n{"mod`)],
  ])("%s breaks for the client, and counts as failed", async ([, answer]) => {
    const { ask, records, meter } = await before(answer, { bodyTimeoutSeconds: 0.3 });
    await expect(ask().then((answered) => answered.text())).rejects.toThrow();
    await expect
      .poll(async () => (await meter.flush(), records))
      .toMatchObject([{ outcome: "failed", usageSource: "missing" }]);
  });

  test("by a pause that is too long is told from one that breaks off", async () => {
    const { ask, records, meter } = await before((socket) => socket.write(`${OK}content-length: 99\r\n\r\n{"mod`), {
      bodyTimeoutSeconds: 0.3,
    });
    await expect(ask().then((answered) => answered.text())).rejects.toThrow();
    await expect
      .poll(async () => (await meter.flush(), records))
      .toMatchObject([{ outcome: "failed", errorType: "timeout" }]);
  });

  test("within an event stream keeps what was seen of it", async () => {
    const event = `data: ${JSON.stringify({ model: "gpt-4o", choices: [{ delta: { content: "word " } }] })}\n\n`;
    const { ask, records, meter } = await before((socket) => {
      socket.write(`${OK}content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n`);
      for (let word = 0; word < 5; word++) socket.write(`${event.length.toString(16)}\r\n${event}\r\n`);
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    await expect(ask({ model: "gpt-4o", stream: true }).then((answered) => answered.text())).rejects.toThrow();
    await expect
      .poll(async () => (await meter.flush(), records))
      .toMatchObject([{ outcome: "failed", usageSource: "estimated", usage: { outputTokens: 5 } }]);
  });
});

test("an answer whose head is as large as a request's may be goes on", async () => {
  const policy = "a".repeat(60_000);
  const { url } = await before((socket) =>
    socket.end(`${OK}content-security-policy: ${policy}\r\ncontent-length: 2\r\n\r\n{}`),
  );
  const head = "POST /local/v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 18\r\n\r\n";
  const seen = await sendRaw(url, `${head}{"model":"gpt-4o"}`);
  expect(seen).toContain(`content-security-policy: ${policy}\r\n`);
});

describe("an answer of no meaning", () => {
  const json = (body: string): string =>
    `${OK}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

  test.for<[string, string]>([
    ["is empty", json("")],
    ["is not JSON", json("<html>It works!</html>")],
    ["is JSON of another kind", json('["usage", {"prompt_tokens": -1}]')],
    ["has usage of no meaning", json('{"model":["x"],"usage":{"prompt_tokens":"many","completion_tokens":-4}}')],
    ["is said to be compressed", `${OK}content-encoding: br\r\ncontent-length: 9\r\n\r\nnot br...`],
    ["has a content type of no meaning", `${OK}content-type: ;;;\r\ncontent-length: 2\r\n\r\n{}`],
  ])("that %s goes on as it is, and counts without usage", async ([, answer]) => {
    const { url, records, meter } = await before((socket) => socket.end(answer));
    const head =
      "POST /local/v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 18\r\n\r\n";
    const seen = await sendRaw(url, `${head}{"model":"gpt-4o"}`);
    expect(seen.slice(seen.indexOf("\r\n\r\n"))).toBe(answer.slice(answer.indexOf("\r\n\r\n")));
    await expect
      .poll(async () => (await meter.flush(), records))
      .toMatchObject([{ requestedModel: "gpt-4o", usageSource: "missing" }]);
    expect(meter.totals().errors).toStrictEqual(
      Object.fromEntries(Object.keys(meter.totals().errors).map((part) => [part, 0])),
    );
  });

  test("such as a status that nobody knows goes on as it is, and counts as failed", async () => {
    const { ask, records, meter } = await before((socket) =>
      socket.end("HTTP/1.1 799 Odd\r\ncontent-length: 2\r\n\r\n{}"),
    );
    const answered = await ask();
    expect([answered.status, await answered.text()]).toStrictEqual([799, "{}"]);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "http_799" }]);
  });
});

describe("a head with bytes beyond ASCII", () => {
  const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

  test.for<[string, string]>([
    ["in UTF-8", latin1("x-name: café 日本")],
    ["in Latin-1", "x-name: caf\u00e9"],
  ])("%s goes on byte for byte", async ([, header]) => {
    const head = `POST /local/v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 18\r\n`;
    const { url, received } = await rawUpstream((socket) =>
      socket.end(Buffer.from(`${OK}${header}\r\ncontent-length: 2\r\n\r\n{}`, "latin1")),
    );
    const server = await serving({ upstreams: [{ name: "local", url, provider: "openai" }] });
    const seen = await sendRaw(server.url, `${head}${header}\r\n\r\n{"model":"gpt-4o"}`);
    expect([seen.split("\r\n")[0], seen.split("\r\n")[1]]).toStrictEqual(["HTTP/1.1 200 OK", header]);
    expect(received[0]?.split("\r\n")).toContain(header);
  });

  test("in its reason phrase goes on", async () => {
    const { url, records, meter } = await before((socket) =>
      socket.end(`HTTP/1.1 200 Olé 日\r\ncontent-length: 2\r\n\r\n{}`),
    );
    const head =
      "POST /local/v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 18\r\n\r\n";
    const seen = await sendRaw(url, `${head}{"model":"gpt-4o"}`);
    expect(seen.split("\r\n")[0]).toBe(latin1("HTTP/1.1 200 Olé 日"));
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "completed" }]);
  });
});

/** A client that reads nothing before it has sent all of a long body. @returns the answer */
async function sendAll(url: string, head: string, bytes: number): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const answered = new Promise<string>((resolve, reject) => {
    socket.once("data", (answer: Buffer) => resolve(answer.toString()));
    socket.once("error", reject);
  });
  const body = `{"model":"gpt-4o","messages":["${"a".repeat(bytes)}`;
  const length = `content-length: ${body.length}\r\n\r\n`;
  await new Promise((resolve) => socket.write(`${head}host: x\r\n${length}${body}`, resolve));
  const answer = await answered;
  socket.destroy();
  return answer;
}

describe("an answer that comes before the request's long body has been sent", () => {
  const LONG = 30_000_000;
  const POST = "POST /local/v1/chat/completions HTTP/1.1\r\n";
  const REFUSAL = `HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n`;

  test.for<[string, (socket: Socket) => void]>([
    ["reads no more of it", (socket) => (socket.write(`${REFUSAL}\r\n{}`), socket.pause())],
    ["closes the connection", (socket) => socket.end(`${REFUSAL}connection: close\r\n\r\n{}`)],
  ])("of an upstream that %s reaches a client that first sends it all", async ([, answer]) => {
    const { url, records, meter } = await before(answer);
    expect(await sendAll(url, POST, LONG)).toMatch(/^HTTP\/1\.1 413 Too Large\r\n/);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "http_413" }]);
  });

  test("of the gateway itself does, too", async () => {
    const server = await serving({ upstreams: [{ name: "local", url: NOWHERE, provider: "openai" }] });
    expect(await sendAll(server.url, POST, LONG)).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
  });
});

test("an upstream that is slow to answer is a 504, and one that is slow to be asked, too", async () => {
  const { ask, records, meter } = await before(() => undefined, { headersTimeoutSeconds: 0.2 });
  expect((await ask()).status).toBe(504);
  const large = await ask({ model: "gpt-4o", messages: ["a".repeat(3_000_000)] });
  expect([large.status, await large.json()]).toMatchObject([
    504,
    { error: { message: "llm-footprint: the upstream local did not answer in time" } },
  ]);
  await meter.flush();
  expect(records).toMatchObject([
    { outcome: "failed", errorType: "timeout" },
    { outcome: "failed", errorType: "timeout" },
  ]);
});
