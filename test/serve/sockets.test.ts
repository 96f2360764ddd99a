import { once } from "node:events";
import { createServer, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import { running, serving, stopAll } from "./serving.ts";

afterEach(stopAll);

/** A gateway to a socket server that answers each message with those that `answers` gives. */
async function gatewayTo(answers: (message: string) => readonly string[], provider: string) {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true });
  await once(sockets, "listening");
  running.push(async () => {
    sockets.close();
    await Promise.resolve();
  });
  const seen: { headers: Record<string, unknown>; url: string | undefined }[] = [];
  sockets.on("connection", (socket, request) => {
    seen.push({ headers: request.headers, url: request.url });
    socket.on("message", (data: Buffer) => {
      for (const answer of answers(data.toString())) socket.send(answer);
    });
  });
  const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  const server = await serving({
    upstreams: [{ name: "local", url, provider }],
    labels: { team: { header: "x-footprint-team" } },
  });
  return { server, records: server.records, seen, base: `${server.url.replace("http", "ws")}/local` };
}

const open = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url, { headers: { authorization: "Bearer sk-secret", "x-footprint-team": "voice" } });
  await once(socket, "open");
  return socket;
};

/** The answer to a WebSocket that is refused, with its body. */
async function refusalOf(url: string): Promise<[answer: IncomingMessage, body: string]> {
  const [, answer] = (await once(new WebSocket(url), "unexpected-response")) as [ClientRequest, IncomingMessage];
  return [answer, await text(answer)];
}

describe("a WebSocket through the gateway", () => {
  test("passes messages both ways, and counts each response of OpenAI's realtime API", async () => {
    const done = (tokens: number): string =>
      JSON.stringify({
        type: "response.done",
        response: {
          status: "completed",
          usage: {
            input_tokens: 100,
            output_tokens: tokens,
            input_token_details: { cached_tokens: 40 },
          },
        },
      });
    const { base, records, seen, server } = await gatewayTo(
      (message) => [JSON.stringify({ type: "echo", message }), done(message.length)],
      "openai",
    );
    const socket = await open(`${base}/v1/realtime?model=gpt-realtime`);
    const received: string[] = [];
    socket.on("message", (data: Buffer) => received.push(data.toString()));
    socket.send("hello");
    socket.send("x".repeat(70_000));
    await expect.poll(() => received.length).toBe(4);
    expect(received).toStrictEqual([
      JSON.stringify({ type: "echo", message: "hello" }),
      done(5),
      JSON.stringify({ type: "echo", message: "x".repeat(70_000) }),
      done(70_000),
    ]);
    expect(seen[0]).toMatchObject({
      url: "/v1/realtime?model=gpt-realtime",
      headers: { authorization: "Bearer sk-secret" },
    });
    expect(seen[0]!.headers).not.toHaveProperty("x-footprint-team");
    socket.close();
    await once(socket, "close");
    await server.meter.flush();
    expect(records).toMatchObject([
      {
        provider: "openai",
        requestedModel: "gpt-realtime",
        operation: "realtime",
        labels: { team: "voice" },
        usage: { inputTokens: 60, cacheReadTokens: 40, outputTokens: 5 },
      },
      { usage: { outputTokens: 70_000 } },
    ]);
  });

  test("counts each turn of Gemini Live that states its usage", async () => {
    const { base, records, server } = await gatewayTo(
      () => [
        JSON.stringify({
          serverContent: {},
          usageMetadata: { promptTokenCount: 30, responseTokenCount: 7, thoughtsTokenCount: 2 },
        }),
      ],
      "gcp.gemini",
    );
    const socket = await open(`${base}/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent`);
    socket.send("{}");
    await once(socket, "message");
    socket.close();
    await server.meter.flush();
    expect(records).toMatchObject([
      { provider: "gcp.gemini", usage: { inputTokens: 30, outputTokens: 7, reasoningTokens: 2 } },
    ]);
  });

  test("ends on one side when the other ends it", async () => {
    const { base } = await gatewayTo(() => [], "openai");
    const socket = await open(`${base}/v1/realtime`);
    socket.terminate();
    await once(socket, "close");
    await running.pop()!();
  });

  test("is refused where no upstream has that name", async () => {
    const { base } = await gatewayTo(() => [], "openai");
    const [answer, body] = await refusalOf(`${base.replace("/local", "/nobody")}/v1/realtime`);
    expect(answer.statusCode).toBe(404);
    expect(body).toContain("expected a path that begins with the name of an upstream");
  });

  test("is refused as the upstream refuses it, word for word, and counts as nothing", async () => {
    const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${"x".repeat(100_000)}` } });
    const upstream = createServer();
    upstream.on("upgrade", (_request, socket) => {
      const head = ["HTTP/1.1 401 Bad Key", "Content-Type: application/json", "X-Request-Id: req_1"];
      socket.write(`${head.join("\r\n")}\r\nTransfer-Encoding: chunked\r\n\r\n`);
      socket.end(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    });
    await once(upstream.listen(0, "127.0.0.1"), "listening");
    running.push(() => Promise.resolve(void upstream.close()));
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const server = await serving({ upstreams: [{ name: "local", url, provider: "openai" }] });
    const [answer, received] = await refusalOf(`${server.url.replace("http", "ws")}/local/v1/realtime`);
    expect([answer.statusCode, answer.statusMessage]).toStrictEqual([401, "Bad Key"]);
    expect(answer.headers).toMatchObject({ "content-type": "application/json", "x-request-id": "req_1" });
    expect(received).toBe(body);
    await server.meter.flush();
    expect(server.records).toStrictEqual([]);
  });

  test("is a 502 where the upstream is not there", async () => {
    const server = await serving({ upstreams: [{ name: "local", url: "http://127.0.0.1:9", provider: "openai" }] });
    const [answer, body] = await refusalOf(`${server.url.replace("http", "ws")}/local/v1/realtime`);
    expect(answer.statusCode).toBe(502);
    expect(body).toContain("the upstream local could not be reached");
  });
});
