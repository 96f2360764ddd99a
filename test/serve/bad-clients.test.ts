// cspell:ignore xchunked nfffffffffffffffff fother locl AAEAAEAAAAIAAAABAAMAAA
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";

import type { UpstreamOptions } from "../../src/serve/upstream.ts";
import { bodyOf, rawUpstream, sendRaw } from "./raw-http.ts";
import { running, serving, stopAll } from "./serving.ts";

afterEach(stopAll);

const BODY = '{"model":"gpt-4o"}';
const POST = "POST /local/v1/chat/completions HTTP/1.1\r\nhost: gateway\r\n";
const ANSWER =
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\nconnection: close\r\n\r\n" + BODY;

async function gateway(options: Partial<UpstreamOptions> = {}) {
  const upstream = await rawUpstream((socket) => socket.end(ANSWER));
  const server = await serving({ upstreams: [{ name: "local", url: upstream.url, provider: "openai", ...options }] });
  return { ...server, received: upstream.received };
}

/** What could mean one thing to the gateway and another to the upstream. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  "a length and chunks": `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /local/admin HTTP/1.1\r\n\r\n`,
  "two lengths": `${POST}content-length: 18\r\ncontent-length: 4\r\n\r\n${BODY}`,
  "one length twice": `${POST}content-length: 18\r\ncontent-length: 18\r\n\r\n${BODY}`,
  "a list of lengths": `${POST}content-length: 18, 18\r\n\r\n${BODY}`,
  "a length with a sign": `${POST}content-length: +18\r\n\r\n${BODY}`,
  "a folded header": `${POST}x-a: b\r\n c\r\ncontent-length: 18\r\n\r\n${BODY}`,
  "a folded encoding": `${POST}content-length: 18\r\ntransfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  "an encoding after chunks": `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  "an unknown encoding": `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  "a space before a colon": `${POST}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`,
  "bare line feeds": `POST /local/v1/chat/completions HTTP/1.1\nhost: x\ncontent-length: 18\n\n${BODY}`,
  "a chunk without a size": `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`,
  "a chunk of more bytes than can be counted": `${POST}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
  "a length behind the chunks": `${POST}transfer-encoding: chunked\r\n\r\n12\r\n${BODY}\r\n0\r\ncontent-length: 5\r\n\r\n`,
  "a control character in a header": `${POST}x-a: a\u0001b\r\ncontent-length: 18\r\n\r\n${BODY}`,
};

describe("a request that two readers could read in two ways", () => {
  test.for(Object.entries(AMBIGUOUS))("such as %s is refused with a 400, and nothing goes up", async ([, bytes]) => {
    const { url, received, records, meter } = await gateway();
    const answer = await sendRaw(url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer.match(/^HTTP/gm)).toHaveLength(1);
    expect(bodyOf(answer)).toStrictEqual({
      error: {
        message: expect.stringMatching(/^llm-footprint: the request is not valid HTTP\/1\.1: /) as string,
        type: "gateway_error",
        param: null,
        code: "400",
      },
    });
    await meter.flush();
    expect([received, records]).toStrictEqual([[], []]);
  });

  test("such as chunks with extensions goes up as one body with its length", async () => {
    const { url, received } = await gateway();
    const head = `${POST}transfer-encoding: chunked\r\nconnection: close, content-length\r\n\r\n`;
    expect(await sendRaw(url, `${head}9;a=b\r\n${BODY.slice(0, 9)}\r\n9\r\n${BODY.slice(9)}\r\n0\r\n\r\n`)).toContain(
      " 200 OK",
    );
    expect(received).toHaveLength(1);
    expect(received[0]).toMatch(
      /^POST \/v1\/chat\/completions HTTP\/1\.1\r\n(?:.+\r\n)*content-length: 18\r\n\r\n\{"model":"gpt-4o"\}$/,
    );
    expect(received[0]).not.toMatch(/transfer-encoding/i);
  });
});

test("a body in a transfer coding that cannot go up is refused with a 501, and nothing goes up", async () => {
  const { url, received, records, meter } = await gateway();
  const head = `${POST}transfer-encoding: gzip, chunked\r\nconnection: close\r\n\r\n`;
  const answer = await sendRaw(url, `${head}12\r\n${BODY}\r\n0\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/);
  expect(bodyOf(answer)).toMatchObject({ error: { type: "gateway_error", code: "501" } });
  await meter.flush();
  expect([received, records]).toStrictEqual([[], []]);
});

describe("a refusal before anything is known of the request's body", () => {
  test("has the shape of the API that was asked", async () => {
    const { url } = await gateway({ provider: "anthropic" });
    const path = "POST /local/v1/messages HTTP/1.1\r\nhost: x\r\n";
    expect(bodyOf(await sendRaw(url, `${path}content-length: 1\r\ncontent-length: 2\r\n\r\n`))).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error" },
    });
  });

  test.for([
    ["one large header", `x-a: ${"a".repeat(100_000)}\r\n`],
    ["many small headers", "x-a: b\r\n".repeat(10_000)],
  ])("of %s is a 431", async ([, headers]) => {
    const { url, received } = await gateway();
    const answer = await sendRaw(url, `${POST}${headers}content-length: 18\r\n\r\n${BODY}`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(bodyOf(answer)).toMatchObject({ error: { message: "llm-footprint: expected headers of 64 KiB or less" } });
    expect(received).toStrictEqual([]);
  });

  test("of an expectation that nobody knows is a 417", async () => {
    const { url, received } = await gateway();
    const answer = await sendRaw(url, `${POST}expect: a-miracle\r\ncontent-length: 18\r\n\r\n${BODY}`);
    expect(answer).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n/);
    expect(bodyOf(answer)).toMatchObject({
      error: { message: "llm-footprint: expected no expectation but 100-continue", type: "gateway_error" },
    });
    expect(received).toStrictEqual([]);
  });

  test("of what is not HTTP at all, such as TLS, is a 400", async () => {
    const { url } = await gateway();
    expect(await sendRaw(url, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
});

describe("a path", () => {
  describe.for([
    ...["/local/../other/v1/x", "/local/v1/%2e%2E/x", "/local/.", "/local/a/..?q", "/local/..%2fother/x"],
    ...["/local/v1%2f..%2fx", "/local/v1\\..\\x", "/local/v1%5C..%5cx", "/local/..#/v1/x", "/local/..;/x"],
  ])("that may lead out of its upstream's folder: %s", (path) => {
    test.for([
      ["request", "connection: close\r\n"],
      [
        "WebSocket",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
      ],
    ])("is refused to a %s", async ([, headers]) => {
      const { url, received } = await gateway();
      const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
      expect(bodyOf(answer)).toMatchObject({
        error: { message: "llm-footprint: expected a path without . and .. segments" },
      });
      expect(received).toStrictEqual([]);
    });
  });

  test("whose upstream is unknown is a 404 that says what was expected", async () => {
    const { url } = await gateway();
    const answer = await fetch(`${url}/locl/v1/chat/completions`, { method: "POST", body: BODY });
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { error: { message: expect.stringContaining("the name of an upstream, such as /openai/v1") as string } },
    ]);
  });

  test.for([
    ["an address as proxies get it", "http://gateway:4141/local/v1/models", "GET /v1/models HTTP/1.1"],
    ["nothing but a query", "/local?a=b", "GET /?a=b HTTP/1.1"],
    ["two slashes", "/local//elsewhere.example/v1", "GET //elsewhere.example/v1 HTTP/1.1"],
    ["three dots", "/local/.../v1", "GET /.../v1 HTTP/1.1"],
    ["dots behind a question mark", "/local/v1?a=/../b", "GET /v1?a=/../b HTTP/1.1"],
  ])("of %s goes to its upstream", async ([, path, line]) => {
    const { url, received } = await gateway();
    await sendRaw(url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(received.map((request) => request.split("\r\n")[0])).toStrictEqual([line]);
  });
});

test("a client that would rather speak HTTP/2 is served and metered in HTTP/1.1", async () => {
  const { url, received, records, meter } = await gateway();
  const wish =
    "connection: close, Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n";
  expect(await sendRaw(url, `${POST}${wish}content-length: 18\r\n\r\n${BODY}`)).toContain(" 200 OK");
  expect(received).toHaveLength(1);
  expect(received[0]).toMatch(/^POST [^]*\r\n\r\n\{"model":"gpt-4o"\}$/);
  expect(received[0]).not.toMatch(/upgrade|http2-settings/i);
  await meter.flush();
  expect(records).toMatchObject([{ outcome: "completed", requestedModel: "gpt-4o" }]);
});

describe("half a request", () => {
  test("that is left was nobody's: nothing goes up", async () => {
    const { url, received, records, meter } = await gateway();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`${POST}content-length: 18\r\n\r\n{"model"`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await once(socket, "close");
    await meter.flush();
    expect([received, records]).toStrictEqual([[], []]);
  });

  test("that does not go on is a 408 in the family's shape, and the connection is closed", async () => {
    const { url, received } = await gateway({ provider: "anthropic", bodyTimeoutSeconds: 0.1 });
    const answer = await sendRaw(
      url,
      `POST /local/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 18\r\n\r\n{"model"`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(bodyOf(answer)).toMatchObject({ type: "error", error: { type: "timeout_error" } });
    expect(received).toStrictEqual([]);
  });

  test("of which the beginning has gone up counts as abandoned when the client leaves", async () => {
    const upstream = createServer((request) => request.resume()).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    running.push(() => once(upstream.close(), "close"));
    const left = new Promise((resolve) => upstream.once("connection", (socket) => socket.once("close", resolve)));
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const { url: base, records, meter } = await serving({ upstreams: [{ name: "local", url, provider: "openai" }] });
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    socket.write(`${POST}content-length: 200000\r\n\r\n{"model":"gpt-4o","messages":["${"a".repeat(100_000)}`);
    await once(upstream, "request");
    socket.destroy();
    await left;
    await expect
      .poll(async () => (await meter.flush(), records))
      .toMatchObject([{ outcome: "abandoned", requestedModel: "gpt-4o" }]);
  });
});

describe("a huge body", () => {
  const HUGE_BYTES = 512 * 1024 * 1024;
  /** What the kernel and the streams between may hold of it. */
  const HELD_BYTES = 32 * 1024 * 1024;

  test("is not taken faster than the upstream reads it", async () => {
    const upstream = createServer().listen(0, "127.0.0.1");
    await once(upstream, "listening");
    running.push(() => (upstream.closeAllConnections(), once(upstream.close(), "close")));
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const { url: base } = await serving({ upstreams: [{ name: "local", url, provider: "openai" }] });
    const sent = httpRequest(`${base}/local/v1/chat/completions`, {
      method: "POST",
      headers: { "content-length": HUGE_BYTES },
    });
    sent.on("error", () => undefined);
    const chunk = Buffer.alloc(1024 * 1024, " ");
    let stuck = false;
    while (!stuck && sent.socket?.bytesWritten !== HUGE_BYTES) {
      const drained = new Promise<boolean>((resolve) => sent.once("drain", () => resolve(true)));
      if (sent.write(chunk)) continue;
      stuck = !(await Promise.race([drained, new Promise<false>((resolve) => setTimeout(() => resolve(false), 500))]));
    }
    expect(sent.socket!.bytesWritten).toBeLessThan(HELD_BYTES);
    sent.destroy();
  });

  test("of an answer is not taken faster than the client reads it", async () => {
    let written = 0;
    const upstream = await rawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${HUGE_BYTES}\r\n\r\n`);
      const chunk = Buffer.alloc(1024 * 1024, " ");
      const more = (): void => {
        while (written < HUGE_BYTES && socket.write(chunk)) written += chunk.byteLength;
      };
      socket.on("drain", () => {
        written += chunk.byteLength;
        more();
      });
      more();
    });
    const { url } = await serving({ upstreams: [{ name: "local", url: upstream.url, provider: "openai" }] });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.pause();
    socket.write(`${POST}content-length: 18\r\n\r\n${BODY}`);
    let before = -1;
    await expect
      .poll(() => (written > 0 && written === before ? "still" : ((before = written), "moving")), {
        interval: 500,
        timeout: 10_000,
      })
      .toBe("still");
    expect(written).toBeLessThan(HELD_BYTES);
    socket.destroy();
  });
});

test("a thousand at once are each answered, and each counted once", async () => {
  const upstream = createServer((request, response) => {
    void text(request).then(() =>
      setTimeout(
        () =>
          response
            .writeHead(200, { "content-type": "application/json" })
            .end('{"model":"gpt-4o","usage":{"prompt_tokens":3,"completion_tokens":4}}'),
        100,
      ),
    );
  }).listen(0, "127.0.0.1", 4096);
  await once(upstream, "listening");
  running.push(() => (upstream.closeAllConnections(), once(upstream.close(), "close")));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const { url: base, meter } = await serving({ upstreams: [{ name: "local", url, provider: "openai" }] });
  const statuses = await Promise.all(
    Array.from(
      { length: 1000 },
      () =>
        new Promise((resolve, reject) => {
          const sent = httpRequest(`${base}/local/v1/chat/completions`, { method: "POST", agent: false });
          sent.on("response", (answer) => (answer.resume(), answer.on("end", () => resolve(answer.statusCode))));
          sent.on("error", reject).end(BODY);
        }),
    ),
  );
  await meter.flush();
  expect(new Set(statuses)).toStrictEqual(new Set([200]));
  expect(meter.totals().overall.requests).toMatchObject({ completed: 1000 });
  expect(meter.totals().overall.usage).toMatchObject({ inputTokens: 3000, outputTokens: 4000 });
});
