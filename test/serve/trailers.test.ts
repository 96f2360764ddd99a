import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";

import { chatOf, streamOf } from "../wire/stated/answers.ts";
import { serving, stopAll, upstream } from "./serving.ts";

afterEach(stopAll);

const NAMES = "X-Energy-Joules, X-Energy-Method";
const TRAILERS = { "X-Energy-Joules": "88.5", "X-Energy-Method": "nvml" };

const through = async (url: string, disclose = false) => {
  const upstreams = [{ name: "joule", url, provider: "joule_cloud" }];
  const server = await serving({ upstreams, disclose }, 100);
  return { ...server, base: `${server.url}/joule` };
};

async function asked(base: string, stream: boolean): Promise<{ answer: IncomingMessage; text: string }> {
  const request = httpRequest(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  request.end(JSON.stringify({ model: "gpt-oss-120b", messages: [], stream }));
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk as string;
  return { answer, text };
}

/** @param pause between the end marker of a stream and the trailers, in milliseconds */
const trailing =
  (stream: boolean, { announced = true, pause = 0 } = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, {
      "content-type": stream ? "text/event-stream" : "application/json",
      ...(announced && { trailer: NAMES }),
    });
    response.write(stream ? streamOf() : JSON.stringify(chatOf()));
    response.addTrailers(TRAILERS);
    setTimeout(() => response.end(), pause);
  };

describe.for([false, true])("trailers of an answer, streamed: %s", (stream) => {
  test.for([false, true])("are read as a statement and handed on, with disclose: %s", async (disclose) => {
    const { base, records, meter } = await through(await upstream(trailing(stream, { pause: 60 })), disclose);
    const { answer, text } = await asked(base, stream);
    expect(text).toBe(stream ? streamOf() : JSON.stringify(chatOf()));
    expect(answer.trailers).toStrictEqual({ "x-energy-joules": "88.5", "x-energy-method": "nvml" });
    expect(answer.headers).not.toHaveProperty("x-energy-data");
    await meter.flush();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      outcome: "completed",
      usage: { inputTokens: 20, outputTokens: 100 },
      stated: { energyJoules: 88.5, method: "nvml", boundary: "gpu_with_overhead" },
      footprint: { evidence: "stated_measured" },
    });
  });
});

test("trailers that nobody has announced are handed on", async () => {
  const { base, records, meter } = await through(await upstream(trailing(false, { announced: false })));
  const { answer } = await asked(base, false);
  expect(answer.trailers).toMatchObject({ "x-energy-joules": "88.5" });
  await meter.flush();
  expect(records[0]!.stated).toMatchObject({ energyJoules: 88.5 });
});

test("a client of HTTP/1.0 gets the answer without trailers", async () => {
  const { base, records, meter } = await through(await upstream(trailing(false)));
  const { port, pathname } = new URL(`${base}/v1/chat/completions`);
  const socket = connect(Number(port), "127.0.0.1").setEncoding("utf8");
  const body = JSON.stringify({ model: "gpt-oss-120b", messages: [] });
  socket.write(
    `POST ${pathname} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let text = "";
  for await (const chunk of socket) text += chunk as string;
  expect(text).toMatch(/^HTTP\/1\.1 200/);
  expect(text.toLowerCase()).not.toContain("trailer");
  expect(text.endsWith(JSON.stringify(chatOf()))).toBe(true);
  await meter.flush();
  expect(records[0]!.stated).toMatchObject({ energyJoules: 88.5 });
});
