// cspell:ignore Cjcv XFDUDY Czvnptv LMZK
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";

import type { ServeConfiguration } from "../../src/serve/configuration.ts";
import { RecentNames } from "../../src/serve/recent-names.ts";
import { SeenRequests } from "../../src/serve/seen-requests.ts";
import { PAST_REQUEST, type PastRequest } from "../../src/formats/past-request.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { running, serving, stopAll, upstream } from "./serving.ts";

afterEach(stopAll);

async function receiving(configuration: Partial<ServeConfiguration> = {}) {
  const server = await serving(configuration);
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  return { ...server, post };
}

const span = (id: string, attributes: Record<string, string | number>, parentSpanId = "") => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: id,
  parentSpanId,
  name: "chat",
  kind: 3,
  startTimeUnixNano: `${Date.now()}000000`,
  endTimeUnixNano: `${Date.now() + 100}000000`,
  attributes: Object.entries({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    ...attributes,
  }).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  })),
});
const batch = (...spans: readonly object[]): string =>
  JSON.stringify({
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: "s" }, spans }] }],
  });
const USAGE = { "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 4 };

describe("/v1/traces", () => {
  test("counts a batch that is sent again once", async () => {
    const { post, records, meter } = await receiving();
    const body = batch(span("00f067aa0ba902b7", USAGE));
    for (let times = 0; times < 3; times++) expect(await (await post("/v1/traces", body)).json()).toStrictEqual({});
    await meter.flush();
    expect(records).toHaveLength(1);
  });

  test("counts a framework's span and the SDK's inside it once, also when the inner one comes first, in a batch of its own", async () => {
    const { post, records, meter } = await receiving();
    await post("/v1/traces", batch(span("00f067aa0ba902b8", USAGE, "00f067aa0ba902b7")));
    await post("/v1/traces", batch(span("00f067aa0ba902b7", USAGE)));
    await post("/v1/traces", batch(span("00f067aa0ba902c0", USAGE)));
    await post("/v1/traces", batch(span("00f067aa0ba902c1", USAGE, "00f067aa0ba902c0")));
    await meter.flush();
    expect(records).toHaveLength(2);
  });

  const [OUTER, BETWEEN, INNER, SECOND] = [
    "00f067aa0ba902a0",
    "00f067aa0ba902a1",
    "00f067aa0ba902a2",
    "00f067aa0ba902a3",
  ] as const;
  const plain = (id: string, parent: string) => ({ ...span(id, {}, parent), name: "POST", attributes: [] });
  const nested = [plain(BETWEEN, OUTER), span(OUTER, USAGE), span(INNER, USAGE, BETWEEN)];

  test.for([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])("counts a call in a call once where a span between them comes in a batch of its own: %s", async (order) => {
    const { post, records, meter } = await receiving();
    // A call that has been counted stays so: the span that ties it to another one must not come last.
    const isTiedInTime = order.at(-1) !== 0;
    for (const which of order) await post("/v1/traces", batch(nested[which]!));
    await meter.flush();
    expect(records).toHaveLength(isTiedInTime ? 1 : 2);
  });

  test("counts calls around a call that was counted once, however many", async () => {
    const { post, records, meter } = await receiving();
    await post("/v1/traces", batch(span(INNER, USAGE, BETWEEN)));
    await post("/v1/traces", batch(span(BETWEEN, USAGE, OUTER)));
    await post("/v1/traces", batch(span(OUTER, USAGE)));
    await post("/v1/traces", batch(span(SECOND, USAGE, BETWEEN)));
    await meter.flush();
    expect(records).toHaveLength(2);
  });

  test("counts of one batch the span that states a usage, the innermost first, and an attempt without one not at all", async () => {
    const { post, records, meter } = await receiving();
    const cached = { ...USAGE, "gen_ai.usage.cache_read.input_tokens": 2 };
    await post("/v1/traces", batch(span(OUTER, USAGE), span(INNER, cached, OUTER), span(SECOND, {}, OUTER)));
    await post("/v1/traces", batch(span("00f067aa0ba902b0", {}, "00f067aa0ba902b1"), span("00f067aa0ba902b1", USAGE)));
    await meter.flush();
    expect(records.map(({ usage }) => usage)).toStrictEqual([
      { inputTokens: 1, cacheReadTokens: 2, outputTokens: 4 },
      { inputTokens: 3, outputTokens: 4 },
    ]);
  });

  test.for<[string, readonly [object, object]]>([
    ["inside", [span(OUTER, {}), span(INNER, USAGE, OUTER)]],
    ["around", [span(INNER, {}, OUTER), span(OUTER, USAGE)]],
    [
      "with the answer of",
      [
        span(OUTER, { "gen_ai.response.id": "chatcmpl-7" }),
        span(INNER, { ...USAGE, "gen_ai.response.id": "chatcmpl-7" }),
      ],
    ],
  ])("counts the usage of a span %s one without, which came in an earlier batch", async ([, [before, after]]) => {
    const { post, records, meter } = await receiving();
    for (const each of [before, after, after, before]) await post("/v1/traces", batch(each));
    await meter.flush();
    expect(records.map(({ usage }) => usage)).toStrictEqual([undefined, { inputTokens: 3, outputTokens: 4 }]);
  });

  test("counts two spans of one answer in different traces once", async () => {
    const { post, records, meter } = await receiving();
    const answer = { ...USAGE, "gen_ai.response.id": "chatcmpl-7" };
    await post("/v1/traces", batch(span("00f067aa0ba902b7", answer)));
    await post(
      "/v1/traces",
      batch({ ...span("00f067aa0ba902d7", answer), traceId: "1af7651916cd43dd8448eb211c80319c" }),
    );
    await meter.flush();
    expect(records).toHaveLength(1);
  });

  test("says how many spans it rejected and why, and takes the others", async () => {
    const { post, records, meter } = await receiving();
    const bad = { ...span("00f067aa0ba902b9", USAGE), startTimeUnixNano: "yesterday" };
    const answer = await post("/v1/traces", batch(bad, span("00f067aa0ba902b7", USAGE)));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      partialSuccess: { rejectedSpans: "1", errorMessage: expect.any(String) as string },
    });
    await meter.flush();
    expect(records).toHaveLength(1);
  });

  test("takes gzip, and refuses what is larger than 20 MiB when unzipped", async () => {
    const { post, records, meter } = await receiving();
    const zipped = { "content-encoding": "gzip" };
    expect((await post("/v1/traces", gzipSync(batch(span("00f067aa0ba902b7", USAGE))), zipped)).status).toBe(200);
    const bomb = gzipSync(Buffer.alloc(30 * 1024 * 1024, " "));
    expect((await post("/v1/traces", bomb, zipped)).status).toBe(413);
    expect((await post("/v1/traces", "{")).status).toBe(400);
    expect((await fetch((await receiving()).url + "/v1/traces")).status).toBe(405);
    await meter.flush();
    expect(records).toHaveLength(1);
  });

  test.for<[string, (text: string) => Buffer<ArrayBuffer>]>([
    ["gzip", (text) => gzipSync(text)],
    ["GZIP", (text) => gzipSync(text)],
    ["x-gzip", (text) => Buffer.concat([gzipSync(text.slice(0, 99)), gzipSync(text.slice(99))])],
    ["deflate", (text) => deflateSync(text)],
    ["br", (text) => brotliCompressSync(text)],
    ["identity", (text) => Buffer.from(text)],
  ])("takes the coding %s", async ([coding, encode]) => {
    const { post, records, meter } = await receiving();
    const answer = await post("/v1/traces", encode(batch(span("00f067aa0ba902b7", USAGE))), {
      "content-encoding": coding,
    });
    expect([answer.status, await answer.json()]).toStrictEqual([200, {}]);
    await meter.flush();
    expect(records).toHaveLength(1);
  });

  test("refuses a coding that it cannot read, and says which it can", async () => {
    const { post } = await receiving();
    const answer = await post("/v1/traces", "{}", { "content-encoding": "snappy" });
    expect([answer.status, await answer.json()]).toStrictEqual([
      415,
      { message: `expected one of these codings, or none: ${answer.headers.get("accept-encoding")}` },
    ]);
    expect(answer.headers.get("accept-encoding")).toMatch(/^gzip, x-gzip, deflate, br/);
  });

  test.for<[string, string, Record<string, string>]>([
    ["has nothing", "{}", {}],
    ["says null", '{"resourceSpans":null}', {}],
    ["has no spans", '{"resourceSpans":[]}', {}],
    ["begins with a byte order mark", "\uFEFF{}", { "content-type": "Application/JSON; charset=utf-8" }],
    ["has nothing in protobuf", "", { "content-type": "Application/X-Protobuf" }],
    ["has nothing in protobuf, by its registered name", "", { "content-type": "application/protobuf" }],
  ])("takes a batch that %s for an empty one", async ([, body, headers]) => {
    const { post } = await receiving();
    const answer = await post("/v1/traces", body, headers);
    expect([answer.status, await answer.text()]).toStrictEqual([200, body === "" ? "" : "{}"]);
  });

  test("answers a sender that first sends all of a body that is too large", async () => {
    const { url } = await receiving();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const answered = new Promise<string>((resolve, reject) => {
      socket.once("data", (answer: Buffer) => resolve(answer.toString()));
      socket.once("error", reject);
    });
    const bytes = 30 * 1024 * 1024;
    const head = "POST /v1/traces HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    await new Promise((resolve) => socket.write(`${head}${bytes.toString(16)}\r\n${" ".repeat(bytes)}\r\n`, resolve));
    expect(await answered).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    socket.destroy();
  });

  test("asks for the token where there is one", async () => {
    const { post } = await receiving({ token: "t0ken" });
    expect((await post("/v1/traces", batch())).status).toBe(401);
    expect((await post("/v1/traces", batch(), { "x-footprint-token": "t0ken" })).status).toBe(200);
  });
});

describe("/ingest/litellm", () => {
  const payload = JSON.parse(readFileSync(new URL("litellm-payload.json", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;

  test("counts a StandardLoggingPayload once", async () => {
    const { post, records, meter } = await receiving();
    const first = await post("/ingest/litellm", JSON.stringify([payload]));
    expect(await first.json()).toStrictEqual({ counted: 1, known: 0, rejected: 0 });
    const again = await post("/ingest/litellm", JSON.stringify(payload));
    expect(await again.json()).toStrictEqual({ counted: 0, known: 1, rejected: 0 });
    await meter.flush();
    expect(records).toMatchObject([
      { provider: "openai", requestedModel: "gpt-4o", operation: "chat", usage: { inputTokens: 10, outputTokens: 20 } },
    ]);
  });

  test("rejects what is not one, and says so", async () => {
    const { post } = await receiving();
    const answer = await post("/ingest/litellm", '[{"hello":1},7]');
    expect(await answer.json()).toMatchObject({ counted: 0, rejected: 2, reason: "the record is of another kind" });
  });
});

describe("what was counted before a restart", () => {
  test("adds nothing when it is sent again, where there is a journal", async () => {
    const journal = join(temporaryFolder(), "footprint.db");
    const answer = { ...USAGE, "gen_ai.response.id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT" };
    const inner = batch(span("00f067aa0ba902b8", answer, "00f067aa0ba902b7"));
    const before = await receiving({ journal });
    await before.post("/v1/traces", inner);
    await running.pop()!();
    const { post, records, meter } = await receiving({ journal });
    await post("/v1/traces", inner);
    await post("/v1/traces", batch(span("00f067aa0ba902b7", USAGE)));
    await post(
      "/v1/traces",
      batch({ ...span("00f067aa0ba902d7", answer), traceId: "1af7651916cd43dd8448eb211c80319c" }),
    );
    await meter.flush();
    expect(records).toStrictEqual([]);
    expect(meter.totals().overall.requests).toMatchObject({ completed: 1 });
    await post("/v1/traces", batch(span("00f067aa0ba902e8", USAGE)));
    expect(records).toHaveLength(1);
  });
});

describe("an exchange that passes the gateway and comes again as a span", () => {
  const events = (...all: readonly object[]): string => all.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");
  const usage = { prompt_tokens: 3, completion_tokens: 4 };
  const CHAT = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT";

  test.for<[string, string, string, string | Buffer, Record<string, string>, string]>([
    ["JSON", "openai", "/v1/chat/completions", JSON.stringify({ id: CHAT, model: "gpt-4o", usage }), {}, CHAT],
    [
      "compressed JSON",
      "openai",
      "/v1/chat/completions",
      gzipSync(JSON.stringify({ id: CHAT, model: "gpt-4o", usage })),
      { "content-encoding": "gzip" },
      CHAT,
    ],
    [
      "a stream",
      "anthropic",
      "/v1/messages",
      events(
        { type: "message_start", message: { model: "claude-opus-4-1", id: "msg_01XFDUDYJgAACzvnptvVoYEL", usage: {} } },
        { type: "message_delta", usage: { output_tokens: 4 } },
        { type: "message_stop" },
      ),
      { "content-type": "text/event-stream" },
      "msg_01XFDUDYJgAACzvnptvVoYEL",
    ],
    [
      "an answer whose id stands at its end",
      "gcp.gemini",
      "/v1beta/models/gemini-3-pro:generateContent",
      JSON.stringify({ candidates: [{ content: "a".repeat(5000) }], responseId: "Kr4eaOqLMZKEz7IPjYO5uA4" }),
      {},
      "Kr4eaOqLMZKEz7IPjYO5uA4",
    ],
  ])("as %s counts once", async ([, provider, path, body, headers, id]) => {
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(body);
    });
    const { post, records, meter } = await receiving({ upstreams: [{ name: "local", url, provider }] });
    await (await post(`/local${path}`, '{"model":"gpt-4o"}')).text();
    const attributes = { ...USAGE, "gen_ai.provider.name": provider, "gen_ai.response.id": id };
    await expect.poll(async () => (await meter.flush(), records.length)).toBe(1);
    await post("/v1/traces", batch(span("00f067aa0ba902b7", attributes)));
    await post("/v1/traces", batch(span("00f067aa0ba902b8", { ...attributes, "gen_ai.response.id": `${id}x` })));
    expect(records.map((record) => record.provider)).toStrictEqual([provider, provider]);
  });

  test("but an id that is no more than a word ties nothing", async () => {
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: "chatcmpl-1", usage }));
    });
    const { post, records, meter } = await receiving({ upstreams: [{ name: "local", url, provider: "openai" }] });
    await (await post("/local/v1/chat/completions", '{"model":"gpt-4o"}')).text();
    await post("/v1/traces", batch(span("00f067aa0ba902b7", { ...USAGE, "gen_ai.response.id": "chatcmpl-1" })));
    await meter.flush();
    expect(records).toHaveLength(2);
  });
});

describe("an error for a sender of protobuf", () => {
  test("is a google.rpc.Status in protobuf", async () => {
    const { post } = await receiving();
    const answer = await post("/v1/traces", "\u0007", { "content-type": "application/x-protobuf" });
    expect([answer.status, answer.headers.get("content-type")]).toStrictEqual([400, "application/x-protobuf"]);
    const message = "the body could not be read";
    expect(Buffer.from(await answer.arrayBuffer())).toStrictEqual(
      Buffer.concat([Buffer.from([0x12, message.length]), Buffer.from(message)]),
    );
  });
});

describe("what was seen", () => {
  const request = (id: string): PastRequest => ({
    ...PAST_REQUEST,
    id,
    provider: "openai",
    operation: "chat",
    startedAtMilliseconds: 0,
    labelSources: [],
  });

  test("is forgotten in the order in which it came, when much has come", () => {
    const seen = new RecentNames<true>(Infinity, 6, () => 0);
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const known = (): string[] => names.filter((name) => seen.get(name));
    for (const name of names.slice(0, 6)) seen.set(name, true);
    expect(known()).toStrictEqual(names.slice(0, 6));
    seen.set("g", true);
    expect(known()).toStrictEqual(names.slice(3));
  });

  test("is remembered for 24 hours", () => {
    let now = 0;
    const seen = new SeenRequests(new Set(), undefined, () => now);
    expect(seen.isNew(request("a"))).toBe(true);
    now = 24 * 3_600_000;
    expect(seen.isNew(request("a"))).toBe(false);
    now += 1;
    expect(seen.isNew(request("a"))).toBe(true);
  });
});
