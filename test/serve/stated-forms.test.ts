import fc from "fast-check";
import OpenAI from "openai";
import { afterEach, describe, expect, test, vi } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";
import { FORMS, type SentAnswer } from "../wire/stated/forms.ts";
import { cutAt, inPieces } from "../wire/stated/pieces.ts";
import { OF_ITS_GPUS, TEXT_GENERATIONS } from "../wire/stated/text-generation.ts";
import { serving, stopAll, upstream } from "./serving.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await stopAll();
});

const PROVIDERS: Readonly<Record<string, string>> = {
  "api.neuralwatt.com": "neuralwatt",
  "api.greenpt.ai": "greenpt",
  "api.melious.ai": "melious",
  "api.greenjoules.cloud": "joule_cloud",
};

const textOf = ({ body }: SentAnswer): string => (typeof body === "string" ? body : JSON.stringify(body));
const headersOf = ({ body, headers }: SentAnswer): Record<string, string> => ({
  "content-type": typeof body === "string" ? "text/event-stream" : "application/json",
  ...headers,
});

const QUESTION = { model: "gpt-oss-120b", messages: [{ role: "user" as const, content: "Hello" }] };

/** What the application sees of an answer. */
async function askedBy(openai: OpenAI, streamed: boolean): Promise<unknown> {
  if (!streamed) return openai.chat.completions.create(QUESTION);
  const chunks: unknown[] = [];
  for await (const chunk of await openai.chat.completions.create({ ...QUESTION, stream: true })) chunks.push(chunk);
  return chunks;
}

const clientOf = (sent: SentAnswer, cuts: readonly number[]): OpenAI =>
  new OpenAI({
    apiKey: "k",
    baseURL: sent.url.replace("/chat/completions", ""),
    maxRetries: 0,
    fetch: () => Promise.resolve(inPieces(textOf(sent), cuts, headersOf(sent))),
  });

const anyCuts = fc.array(fc.nat(5000), { maxLength: 8 });

/** An upstream whose answers come in the pieces that it holds. */
async function sendingPieces(headers: Record<string, string>): Promise<{ readonly url: string; pieces: Uint8Array[] }> {
  const sending = { url: "", pieces: [] as Uint8Array[] };
  sending.url = await upstream((_request, response) => {
    response.writeHead(200, headers);
    for (const piece of sending.pieces) response.write(piece);
    response.end();
  });
  return sending;
}

describe.for(FORMS)("%s", ([, sent, stated]) => {
  const streamed = typeof sent.body === "string";

  test("is read of a wrapped client, which sees what a bare one sees", async () => {
    vi.spyOn(process, "emitWarning").mockReturnValue();
    const bare = JSON.stringify(await askedBy(clientOf(sent, []), streamed));
    await fc.assert(
      fc.asyncProperty(anyCuts, async (cuts) => {
        const meter = createMeter();
        const records: RequestRecord[] = [];
        meter.on("request", (record) => records.push(record));
        expect(JSON.stringify(await askedBy(meter.wrap(clientOf(sent, cuts)), streamed))).toBe(bare);
        await meter.close();
        expect(records).toMatchObject([{ stated, usage: { inputTokens: 20, outputTokens: 100 } }]);
      }),
      { numRuns: 8 },
    );
  });

  test("is read of a relayed answer, whose bytes stay as they are", async () => {
    const sending = await sendingPieces(headersOf(sent));
    const provider = PROVIDERS[new URL(sent.url).host] ?? "own";
    const gateway = await serving({ upstreams: [{ name: "local", url: sending.url, provider }] }, 100);
    const cutsOfRuns = fc.sample(anyCuts, 4);
    for (const cuts of cutsOfRuns) {
      sending.pieces = cutAt(textOf(sent), cuts);
      const answer = await fetch(`${gateway.url}/local/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...QUESTION, stream: streamed }),
      });
      expect(await answer.text()).toBe(textOf(sent));
    }
    await gateway.meter.flush();
    const one = { stated, usage: { inputTokens: 20, outputTokens: 100 } };
    expect(gateway.records).toMatchObject(cutsOfRuns.map(() => one));
  });
});

test.for(TEXT_GENERATIONS)(
  "what text-generation-inference states in %s is read of a relayed answer",
  async ([, path, body, type]) => {
    const sending = await sendingPieces({ "content-type": type });
    const gateway = await serving({ upstreams: [{ name: "tgi", url: sending.url, provider: "tgi" }] }, 100);
    const cutsOfRuns = fc.sample(anyCuts, 4);
    for (const cuts of cutsOfRuns) {
      sending.pieces = cutAt(body, cuts);
      const answer = await fetch(`${gateway.url}/tgi${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ inputs: "What is deep learning?" }),
      });
      expect(await answer.text()).toBe(body);
    }
    await gateway.meter.flush();
    expect(gateway.records).toMatchObject(cutsOfRuns.map(() => OF_ITS_GPUS));
  },
);
