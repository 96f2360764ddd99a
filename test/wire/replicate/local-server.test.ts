import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { fixture } from "../fixtures.ts";
import { metered } from "../metered.ts";

/** What the server answers, in turn. */
let answers: (readonly [fixture: string, status?: number])[] = [];
const server = createServer((_request, response) => {
  const [name, status = 200] = answers.shift()!;
  const { bytes, contentType } = fixture("replicate", name);
  response.writeHead(status, { "content-type": contentType }).end(bytes);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => server.close());

beforeEach(() => {
  answers = [];
});

const client = () => metered({ provider: "replicate" });
const LLAMA = "meta/meta-llama-3-8b-instruct";
const CREATE = `${base}/v1/models/${LLAMA}/predictions`;
const ASKED = { input: { prompt: "Say hello", max_tokens: 64 } };

describe("a prediction of Replicate, through a metered fetch", () => {
  test("that was waited for is counted at once", async () => {
    answers = [["succeeded.json", 201]];
    const { post, settled } = client();
    await (await post(CREATE, ASKED)).json();
    expect(await settled()).toMatchObject([
      {
        requestedModel: LLAMA,
        respondedModel: LLAMA,
        operation: "predictions",
        outcome: "completed",
        usage: { inputTokens: 15, outputTokens: 42 },
      },
    ]);
  });

  test("is one request, counted when a poll says that it has ended", async () => {
    answers = [["starting.json", 201], ["starting.json"], ["succeeded.json"], ["succeeded.json"]];
    const { post, fetch, settled } = client();
    await (await post(CREATE, ASKED)).json();
    await (await fetch(`${base}/v1/predictions/p1`)).json();
    expect(await settled()).toStrictEqual([]);
    for (let poll = 0; poll < 2; poll++) await (await fetch(`${base}/v1/predictions/p1`)).json();
    expect(await settled()).toMatchObject([{ outcome: "completed", usage: { inputTokens: 15, outputTokens: 42 } }]);
    expect(await settled()).toHaveLength(1);
  });

  test("is counted at the end of its stream, whose connection stays open, with the model that its answer named", async () => {
    const { bytes: starting } = fixture("replicate", "starting.json");
    const { bytes: stream } = fixture("replicate", "stream.sse");
    const open = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(stream)) });
    const responses = [Response.json(JSON.parse(starting.toString()), { status: 201 }), new Response(open)];
    const { post, fetch, settled } = metered({
      provider: "replicate",
      fetch: () => Promise.resolve(responses.shift()!),
    });
    await (await post(`${base}/v1/predictions`, ASKED)).json();
    const followed = await fetch(`${base}/v1/files/bcwr-token1`);
    await followed.body!.getReader().read();
    expect(await settled()).toMatchObject([
      { outcome: "completed", respondedModel: LLAMA, usage: { outputTokens: 3 } },
    ]);
  });

  test("is estimated by the stream at its other address, which its last segment tells", async () => {
    answers = [["starting.json", 201], ["stream.sse"]];
    const { post, fetch, settled } = client();
    await (await post(CREATE, { ...ASKED, stream: true })).json();
    await (await fetch(`${base}/v1/files/bcwr-token1`, { headers: { accept: "text/event-stream" } })).text();
    expect(await settled()).toMatchObject([
      {
        outcome: "completed",
        usageSource: "estimated",
        usage: { inputTokens: Math.ceil(JSON.stringify({ ...ASKED, stream: true }).length / 4), outputTokens: 3 },
      },
    ]);
  });

  test("that failed is a failure", async () => {
    answers = [["starting.json", 201], ["failed.json"]];
    const { post, fetch, settled } = client();
    await (await post(CREATE, ASKED)).json();
    await (await fetch(`${base}/v1/predictions/p1`)).json();
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "provider_error" }]);
  });

  test("of a version in the body names the model before it", async () => {
    answers = [
      ["images.json", 201],
      ["images.json", 201],
    ];
    const { post, settled } = client();
    await (
      await post(`${base}/v1/predictions`, { version: "black-forest-labs/flux-schnell:5599ed30", input: {} })
    ).json();
    await (
      await post(`${base}/v1/predictions`, {
        version: "5599ed30703defd1d160a25a63321b4dec97101d98b4674bcc56e41f62f35637",
        input: {},
      })
    ).json();
    expect(await settled()).toMatchObject([
      { requestedModel: "black-forest-labs/flux-schnell", usage: { images: 2 } },
      { requestedModel: undefined, respondedModel: "black-forest-labs/flux-schnell", usage: { images: 2 } },
    ]);
  });
});
