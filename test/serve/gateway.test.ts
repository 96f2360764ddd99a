import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import type { ServeConfiguration } from "../../src/serve/configuration.ts";
import { running, serving, stopAll, upstream } from "./serving.ts";

afterEach(stopAll);

/** A gateway with one upstream named `local`, and the records of what went through it. */
async function gatewayTo(url: string, configuration: Partial<ServeConfiguration> = {}, provider = "openai") {
  const server = await serving({ upstreams: [{ name: "local", url, provider }], ...configuration }, 100);
  return { ...server, base: `${server.url}/local` };
}

async function localProvider(): Promise<LocalProvider> {
  const provider = await startLocalProvider();
  running.push(() => provider[Symbol.asyncDispose]());
  return provider;
}

const ask = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hello there" }] };
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-secret", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("an SDK whose base URL is the gateway", () => {
  test("gets the provider's answers, whole and streamed, and each is metered", async () => {
    const provider = await localProvider();
    const { base, records, meter } = await gatewayTo(provider.url);
    const openai = new OpenAI({ apiKey: "sk-secret", baseURL: `${base}/v1`, maxRetries: 0 });
    const bare = new OpenAI({ apiKey: "sk-secret", baseURL: provider.openaiBaseURL, maxRetries: 0 });
    const whole = await openai.chat.completions.create(ask);
    expect(whole.choices[0]!.message).toStrictEqual((await bare.chat.completions.create(ask)).choices[0]!.message);
    const chunks = [];
    for await (const chunk of await openai.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      chunks.push(chunk);
    }
    await meter.flush();
    expect(records).toMatchObject([
      {
        provider: "openai",
        requestedModel: "gpt-4o",
        operation: "chat",
        outcome: "completed",
        usageSource: "reported",
        rawUsage: whole.usage,
      },
      { operation: "chat", outcome: "completed", usageSource: "reported", rawUsage: chunks.at(-1)!.usage },
    ]);
    expect(records[1]!.timeToFirstTokenSeconds).toBeGreaterThan(0);
  });

  test("that leaves a stream lets the provider know, and the request is abandoned and estimated", async () => {
    let left: Promise<unknown> | undefined;
    const url = await upstream((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const event = (content: string): string =>
        `data: ${JSON.stringify({ model: "gpt-4o", choices: [{ delta: { content } }] })}\n\n`;
      for (let word = 0; word < 5; word++) response.write(event("word "));
      left = once(response, "close");
    });
    const { base, records, meter } = await gatewayTo(url);
    const openai = new OpenAI({ apiKey: "sk-secret", baseURL: `${base}/v1`, maxRetries: 0 });
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) {
      if (chunk.choices[0]?.delta.content) break;
    }
    await left;
    await expect.poll(async () => (await meter.flush(), records.length)).toBe(1);
    expect(records).toMatchObject([{ outcome: "abandoned", usageSource: "estimated", usage: { outputTokens: 5 } }]);
  });
});

describe("what goes up", () => {
  test("is what was sent, without the headers of this hop and those that are ours", async () => {
    const seen: IncomingMessage[] = [];
    const bodies: string[] = [];
    const url = await upstream((request, response) => {
      seen.push(request);
      void text(request).then((body) => {
        bodies.push(body);
        response.writeHead(200, { "content-type": "application/json", "x-request-id": "r1" }).end('{"usage":null}');
      });
    });
    const { base } = await gatewayTo(url);
    const body = JSON.stringify({ ...ask, temperature: 0.25 });
    const answer = await post(`${base}/v1/chat/completions?x=1`, body, {
      "x-footprint-team": "search",
      "x-footprint-token": "t",
      "accept-encoding": "br;q=0.5",
    });
    expect([answer.status, answer.headers.get("x-request-id"), await answer.text()]).toStrictEqual([
      200,
      "r1",
      '{"usage":null}',
    ]);
    expect(bodies).toStrictEqual([body]);
    expect(seen[0]!.url).toBe("/v1/chat/completions?x=1");
    expect(seen[0]!.headers).toMatchObject({
      authorization: "Bearer sk-secret",
      "accept-encoding": "br;q=0.5",
      "content-length": String(Buffer.byteLength(body)),
      host: new URL(url).host,
    });
    expect(Object.keys(seen[0]!.headers).filter((name) => name.startsWith("x-footprint"))).toStrictEqual([]);
  });

  test.for([10, 70_000, 3_000_000])("is a body of %i bytes, to the byte, with its model", async (size) => {
    const bodies: string[] = [];
    const url = await upstream((request, response) => {
      void text(request).then((body) => {
        bodies.push(body);
        response
          .writeHead(200, { "content-type": "application/json" })
          .end('{"model":"gpt-4o","usage":{"prompt_tokens":3,"completion_tokens":4}}');
      });
    });
    const { base, records, meter } = await gatewayTo(url);
    const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "é".repeat(size) }] });
    await (await post(`${base}/v1/chat/completions`, body)).text();
    await meter.flush();
    expect(bodies[0] === body).toBe(true);
    expect(records).toMatchObject([{ requestedModel: "gpt-4o", usage: { inputTokens: 3, outputTokens: 4 } }]);
  });
});

describe("an answer", () => {
  test.for(["gzip", "br", "deflate"])("in %s is read and goes on untouched", async (encoding) => {
    const { brotliCompressSync, deflateSync } = await import("node:zlib");
    const zip = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[encoding]!;
    const body = zip('{"model":"gpt-4o","usage":{"prompt_tokens":30,"completion_tokens":40}}');
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding }).end(body);
    });
    const { base, records, meter } = await gatewayTo(url);
    const answer = await post(`${base}/v1/chat/completions`, ask);
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(await answer.json()).toMatchObject({ usage: { completion_tokens: 40 } });
    await expect.poll(async () => (await meter.flush(), records.length)).toBe(1);
    expect(records).toMatchObject([{ usage: { inputTokens: 30, outputTokens: 40 }, outcome: "completed" }]);
  });

  test("in a coding below its chunks is read, and goes on in it", async () => {
    const body = gzipSync('{"model":"gpt-4o","usage":{"prompt_tokens":30,"completion_tokens":40}}');
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json", "transfer-encoding": "gzip, chunked" }).end(body);
    });
    const { base, records, meter } = await gatewayTo(url);
    const sent = request(`${base}/v1/chat/completions`, { method: "POST" }).end(JSON.stringify(ask));
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    expect(answer.headers).toMatchObject({ "transfer-encoding": "gzip, chunked" });
    expect(await buffer(answer)).toStrictEqual(body);
    await expect.poll(async () => (await meter.flush(), records.length)).toBe(1);
    expect(records).toMatchObject([{ usage: { inputTokens: 30, outputTokens: 40 }, outcome: "completed" }]);
  });

  test("that is an error goes on as it is, and counts as failed", async () => {
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(429, { "content-type": "application/json", "retry-after": "7" }).end('{"error":{"code":"x"}}');
    });
    const { base, records, meter } = await gatewayTo(url);
    const answer = await post(`${base}/v1/chat/completions`, ask);
    expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toStrictEqual([
      429,
      "7",
      '{"error":{"code":"x"}}',
    ]);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "http_429" }]);
  });

  test("that never comes is a 502 in the family's shape", async () => {
    const { base, records, meter } = await gatewayTo("http://127.0.0.1:9", {}, "anthropic");
    const answer = await post(`${base}/v1/messages`, { model: "claude-opus-4-1", max_tokens: 3, messages: [] });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ type: "error", error: { type: "api_error" } });
    await meter.flush();
    expect(records).toMatchObject([{ provider: "anthropic", outcome: "failed", errorType: "connection" }]);
  });

  test("that is slow is a 504", async () => {
    const url = await upstream(() => undefined);
    const { base, records, meter } = await gatewayTo(url, {
      upstreams: [{ name: "local", url, provider: "openai", headersTimeoutSeconds: 0.2 }],
    });
    const answer = await post(`${base}/v1/chat/completions`, ask);
    expect(answer.status).toBe(504);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "timeout" }]);
  }, 10_000);

  test("that breaks off breaks off for the client, too", async () => {
    const url = await upstream((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"model":"gpt-4o"');
      setTimeout(() => response.destroy(), 20);
    });
    const { base, records, meter } = await gatewayTo(url);
    await expect(post(`${base}/v1/chat/completions`, ask).then((answer) => answer.text())).rejects.toThrow();
    await expect.poll(async () => (await meter.flush(), records.length)).toBe(1);
    expect(records).toMatchObject([{ outcome: "failed", errorType: "connection" }]);
  });
});

describe("labels", () => {
  const labels: ServeConfiguration["labels"] = {
    team: { header: "x-footprint-team", allow: ["search", "support"], otherwise: "other" },
    key: { credentialHash: 8 },
  };

  test("come from allowed headers and a salted hash of the credential, which itself is nowhere", async () => {
    const provider = await localProvider();
    const { base, records, meter } = await gatewayTo(provider.url, { labels, salt: "pepper" });
    const url = `${base}/v1/chat/completions`;
    await (await post(url, ask, { "x-footprint-team": "search" })).text();
    await (await post(url, ask, { "x-footprint-team": "attackers" })).text();
    await (await post(url, ask, { authorization: "", "x-api-key": "sk-secret" })).text();
    await meter.flush();
    const { createHash } = await import("node:crypto");
    const key = createHash("sha256").update("pepper\0sk-secret").digest("hex").slice(0, 8);
    expect(records.map((record) => record.labels)).toStrictEqual([
      { team: "search", key },
      { team: "other", key },
      { team: "other", key },
    ]);
    expect(JSON.stringify([records, meter.totals()])).not.toContain("sk-secret");
  });
});

describe("access", () => {
  test("with a token is refused without it, in the family's shape, before anything goes up", async () => {
    const provider = await localProvider();
    const { base, url } = await gatewayTo(provider.url, { token: "t0ken" });
    const refused = await post(`${base}/v1/chat/completions`, ask);
    expect([refused.status, ((await refused.json()) as { error: { message: string } }).error.message]).toStrictEqual([
      401,
      "llm-footprint: expected the token in x-footprint-token",
    ]);
    expect(provider.requests).toHaveLength(0);
    expect((await post(`${base}/v1/chat/completions`, ask, { "x-footprint-token": "t0ken" })).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("the server itself", () => {
  test("answers health, readiness, metrics and the live page", async () => {
    const provider = await localProvider();
    const { base, url } = await gatewayTo(provider.url);
    await (await post(`${base}/v1/chat/completions`, ask)).text();
    expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
    expect(await (await fetch(`${url}/readyz`)).text()).toBe("ready\n");
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/llm_footprint_requests_total\{provider="openai"/);
    expect(await (await fetch(`${url}/`)).text()).toContain("<title>");
  });

  test("lets what is under way end when it drains, and is not ready meanwhile", async () => {
    let finish: (() => void) | undefined;
    const url = await upstream((request, response) => {
      request.resume();
      finish = () => response.writeHead(200, { "content-type": "application/json" }).end('{"model":"gpt-4o"}');
    });
    const gateway = await gatewayTo(url);
    const { base, records } = gateway;
    const answer = post(`${base}/v1/chat/completions`, ask);
    await expect.poll(() => finish !== undefined).toBe(true);
    const drained = gateway.drain(5000);
    await expect(fetch(`${base}/v1/chat/completions`)).rejects.toThrow();
    finish!();
    expect((await answer).status).toBe(200);
    running.pop();
    await drained;
    expect(records).toMatchObject([{ outcome: "completed" }]);
  });
});
