// cspell:ignore alpn
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";

import { running, serving, stopAll } from "../serve/serving.ts";
import { selfSigned } from "./self-signed.ts";

const USUAL = getCACertificates("default");
afterEach(async () => {
  setDefaultCACertificates(USUAL);
  await stopAll();
});

const JSON_HEAD = { ":status": 200, "content-type": "application/json" };
const EVENTS_HEAD = { ":status": 200, "content-type": "text/event-stream" };
const ANSWER = '{"model":"gpt-4o","usage":{"prompt_tokens":3,"completion_tokens":4}}';
const DELTA = 'data: {"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n';
const END = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\ndata: [DONE]\n\n';
const usage = { inputTokens: 3, outputTokens: 4 };

type Answer = (stream: ServerHttp2Stream, session: ServerHttp2Session, body: Buffer) => void;

/** A gateway before an upstream that speaks HTTP/2. */
async function before(answer: Answer, { isTrusted = true, http2 = true } = {}) {
  const { certificate, key } = selfSigned();
  if (isTrusted) setDefaultCACertificates([...USUAL, readFileSync(certificate, "utf8")]);
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer({
    ...{ cert: readFileSync(certificate), key: readFileSync(key), allowHTTP1: !http2 },
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
  });
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    void buffer(stream).then(
      (body) => answer(stream, stream.session as ServerHttp2Session, body),
      () => undefined,
    );
  });
  const versions: string[] = [];
  server.on("request", (request, response) => {
    versions.push(request.httpVersion);
    if (request.httpVersion === "1.1") response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
  });
  server.listen(0);
  await once(server, "listening");
  running.push(async () => {
    for (const session of sessions) session.destroy();
    server.close();
    await once(server, "close");
  });
  const upstream = {
    name: "local",
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    provider: "openai",
    http2,
  };
  const { url, records, meter } = await serving({ upstreams: [upstream] });
  const ask = (body: object = {}): Promise<Response> =>
    fetch(`${url}/local/v1/chat/completions`, { method: "POST", body: JSON.stringify({ model: "gpt-4o", ...body }) });
  return { ask, records, sessions, versions, settled: () => meter.flush() };
}

const answered: Answer = (stream) => {
  stream.respond(JSON_HEAD);
  stream.end(ANSWER);
};

describe("an upstream that speaks HTTP/2", () => {
  test("is asked in it, on one connection, whole and streamed", async () => {
    const { ask, records, sessions, settled } = await before((stream, _session, body) => {
      if (!body.includes('"stream":true')) return answered(stream, _session, body);
      stream.respond(EVENTS_HEAD);
      stream.write(DELTA);
      stream.end(END);
    });
    expect(await (await ask()).text()).toBe(ANSWER);
    expect(await (await ask({ stream: true })).text()).toBe(DELTA + END);
    expect(await (await ask()).text()).toBe(ANSWER);
    await settled();
    expect(records.map((record) => [record.outcome, record.usage])).toStrictEqual([
      ["completed", usage],
      ["completed", usage],
      ["completed", usage],
    ]);
    expect([...sessions].map((session) => session.alpnProtocol)).toStrictEqual(["h2"]);
  });

  test("takes and gives long bodies, at the pace of whoever reads them", async () => {
    let received = 0;
    const long = "a".repeat(3_000_000);
    const { ask, records, settled } = await before((stream, _session, body) => {
      received = body.byteLength;
      stream.respond(JSON_HEAD);
      stream.end(`{"padding":"${long}",${ANSWER.slice(1)}`);
    });
    const answer = await ask({ padding: long });
    let size = 0;
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) size += chunk.byteLength;
    expect([received > long.length, size]).toStrictEqual([true, long.length + ANSWER.length + 13]);
    await settled();
    expect(records).toMatchObject([{ outcome: "completed", usage }]);
  });

  test("and refuses a stream is a 502, and the next is asked", async () => {
    let asked = 0;
    const { ask, records, settled } = await before((stream, session, body) => {
      asked += 1;
      if (asked === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else answered(stream, session, body);
    });
    const refused = await ask();
    expect([refused.status, await refused.json()]).toMatchObject([502, { error: { type: "gateway_error" } }]);
    expect(await (await ask()).text()).toBe(ANSWER);
    await settled();
    expect(records.map(({ outcome, errorType }) => [outcome, errorType])).toStrictEqual([
      ["failed", "connection"],
      ["completed", undefined],
    ]);
  });

  test("and lets go of the connection in the middle breaks it for the client, and the next is asked", async () => {
    let asked = 0;
    const { ask, records, settled } = await before((stream, session, body) => {
      asked += 1;
      if (asked > 1) return answered(stream, session, body);
      stream.respond(EVENTS_HEAD);
      stream.write(DELTA, () => setTimeout(() => session.destroy(), 50));
    });
    const broken = await ask({ stream: true });
    await expect(broken.text()).rejects.toThrow();
    expect(await (await ask()).text()).toBe(ANSWER);
    await settled();
    expect(records.map(({ outcome, errorType }) => [outcome, errorType])).toStrictEqual([
      ["failed", "connection"],
      ["completed", undefined],
    ]);
  });

  // What undici 7 makes of HTTP/2, as docs/serve.md says: these tell when it makes the right thing of it.
  test.fails("and resets a stream in the middle breaks it for the client", async () => {
    const { ask } = await before((stream) => {
      stream.respond(EVENTS_HEAD);
      stream.write(DELTA, () => setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 50));
    });
    const broken = await ask({ stream: true });
    await expect(broken.text()).rejects.toThrow();
  });

  test.fails("and is to go away ends what is under way", async () => {
    const { ask } = await before((stream, session) => {
      stream.respond(EVENTS_HEAD);
      stream.write(DELTA);
      session.goaway(constants.NGHTTP2_NO_ERROR);
      setTimeout(() => stream.end(END), 100);
    });
    expect(await (await ask({ stream: true })).text()).toBe(DELTA + END);
  });

  test("is asked over HTTP/1.1 where nothing else is said", async () => {
    const { ask, records, versions, settled } = await before(answered, { http2: false });
    expect(await (await ask()).text()).toBe(ANSWER);
    expect(versions).toStrictEqual(["1.1"]);
    await settled();
    expect(records).toMatchObject([{ outcome: "completed", usage }]);
  });

  test("with a certificate that nobody vouches for is a 502", async () => {
    const { ask, records, settled } = await before(answered, { isTrusted: false });
    const refused = await ask();
    expect([refused.status, await refused.json()]).toMatchObject([502, { error: { type: "gateway_error" } }]);
    await settled();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "connection" }]);
  });
});
