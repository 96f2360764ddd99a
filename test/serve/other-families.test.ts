import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";

import { running, serving, stopAll } from "./serving.ts";

afterEach(stopAll);

/** A gateway before a server that gives these answers, in turn. */
async function before(provider: string, ...answers: object[]) {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers.shift()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const gateway = await serving({ upstreams: [{ name: "local", url, provider }] }, 100);
  const post = async (path: string, body: object): Promise<void> => {
    await (await fetch(`${gateway.url}/local${path}`, { method: "POST", body: JSON.stringify(body) })).text();
  };
  const poll = async (path: string): Promise<void> => {
    await (await fetch(`${gateway.url}/local${path}`)).text();
  };
  return { ...gateway, post, poll };
}

test("text generation of watsonx is counted through the gateway", async () => {
  const results = [
    { generated_text: "Yes", input_token_count: 7, generated_token_count: 20, stop_reason: "eos_token" },
  ];
  const { post, records, meter } = await before("ibm.watsonx.ai", { model_id: "ibm/granite", results });
  await post("/ml/v1/text/generation?version=2026-02-11", { model_id: "ibm/granite", input: "So?" });
  await meter.flush();
  expect(records).toMatchObject([
    { provider: "ibm.watsonx.ai", requestedModel: "ibm/granite", usage: { inputTokens: 7, outputTokens: 20 } },
  ]);
});

test("a task of DashScope is counted once through the gateway, by the poll that says how it ended", async () => {
  const usage = { video_count: 1, output_video_duration: 10, SR: 720 };
  const { post, poll, records, meter } = await before(
    "alibaba",
    { output: { task_id: "t-1", task_status: "PENDING" } },
    { output: { task_id: "t-1", task_status: "RUNNING" } },
    { output: { task_id: "t-1", task_status: "SUCCEEDED" }, usage },
  );
  await post("/api/v1/services/aigc/video-generation/video-synthesis", { model: "wan2.6-t2v", input: {} });
  await poll("/api/v1/tasks/t-1");
  await poll("/api/v1/tasks/t-1");
  await meter.flush();
  expect(records).toMatchObject([
    { provider: "alibaba", requestedModel: "wan2.6-t2v", outcome: "completed", usage: { videos: 1, videoSeconds: 10 } },
  ]);
});

test("a queued request of fal is counted once through the gateway, by its result", async () => {
  const { post, poll, records, meter } = await before(
    "fal",
    { status: "IN_QUEUE", request_id: "q-1", response_url: "https://queue.fal.run/fal-ai/flux/requests/q-1" },
    { images: [{ url: "https://a" }] },
  );
  await post("/fal-ai/flux/dev", { prompt: "a cat" });
  await poll("/fal-ai/flux/requests/q-1");
  await meter.flush();
  expect(records).toMatchObject([{ provider: "fal", requestedModel: "fal-ai/flux/dev", usage: { images: 1 } }]);
});

test("a video of Runway is estimated through the gateway by what was asked for", async () => {
  const { post, records, meter } = await before("runway", { id: "t-1" });
  await post("/v1/image_to_video", { model: "gen4.5", ratio: "1280:720", duration: 5 });
  await meter.flush();
  expect(records).toMatchObject([
    { provider: "runway", requestedModel: "gen4.5", usageSource: "estimated", usage: { videos: 1, videoSeconds: 5 } },
  ]);
});
