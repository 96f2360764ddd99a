import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, inject, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";
import { USAGE_CLASSES } from "../../src/model/usage.ts";
import { fixture, type Fixture } from "../wire/fixtures.ts";

/** Per family: 10,000 bodies in the matrix, 600 elsewhere; `FUZZ_BODIES=100000` takes some minutes a family. */
const BODIES = Number(process.env["FUZZ_BODIES"] ?? (inject("sdkMajors") === "older" ? 10_000 : 600));
const BODIES_PER_METER = 200;

interface Family {
  readonly folder: string;
  readonly urlOf: (name: string) => string;
}

const MODEL = "https://bedrock-runtime.eu-west-3.amazonaws.com/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0";
const bedrockCall = (name: string): string =>
  name.includes("converse")
    ? name.endsWith(".bin")
      ? "converse-stream"
      : "converse"
    : name.endsWith(".bin")
      ? "invoke-with-response-stream"
      : "invoke";
const openaiCall = (name: string): string =>
  /response/.test(name)
    ? "responses"
    : /images/.test(name)
      ? "images/generations"
      : /transcription/.test(name)
        ? "audio/transcriptions"
        : /embeddings/.test(name)
          ? "embeddings"
          : "chat/completions";
const mistralCall = (name: string): string =>
  /conversation/.test(name)
    ? "conversations"
    : /ocr/.test(name)
      ? "ocr"
      : /transcription/.test(name)
        ? "audio/transcriptions"
        : "chat/completions";
const GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash";

const FAMILIES: readonly Family[] = [
  { folder: "anthropic", urlOf: () => "https://api.anthropic.com/v1/messages" },
  { folder: "bedrock", urlOf: (name) => `${MODEL}/${bedrockCall(name)}` },
  { folder: "openai", urlOf: (name) => `https://api.openai.com/v1/${openaiCall(name)}` },
  { folder: "mistral", urlOf: (name) => `https://api.mistral.ai/v1/${mistralCall(name)}` },
  {
    folder: "gemini",
    urlOf: (name) => `${GEMINI}:${/stream/.test(name) ? "streamGenerateContent" : "generateContent"}`,
  },
  { folder: "cohere", urlOf: (name) => `https://api.cohere.com/${/v1/.test(name) ? "v1" : "v2"}/chat` },
  { folder: "ollama", urlOf: (name) => `http://localhost:11434/api/${/generate/.test(name) ? "generate" : "chat"}` },
  { folder: "replicate", urlOf: () => "https://api.replicate.com/v1/models/meta/llama-3/predictions" },
  { folder: "hugging-face", urlOf: () => "https://api-inference.huggingface.co/models/google/gemma-2-2b-it" },
  {
    folder: "llama-cpp",
    urlOf: (name) => `http://llama:8080/${/chat/.test(name) ? "v1/chat/completions" : "completion"}`,
  },
];

/** A small generator of its own, so that a seed in a failing line gives the same bodies again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomOf>;

const VALUES = [
  ...["null", "-1", "1e999", "1.5", "99999999999999999999", '"7"', "[]", "{}", "true", '"\\ud800"'],
  ...['{"__proto__":{"input_tokens":5}}', '{"constructor":1}', '[{"usage":{"input_tokens":3}}]', "\u0000", '"usage":'],
];

/** One change to a body: bytes changed, cut out, repeated or put in, a value replaced, an end cut off. */
function mutated(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  const to = Math.min(bytes.length, at + 1 + random(64));
  switch (random(6)) {
    case 0: {
      const changed = Buffer.from(bytes);
      changed[at] = random(256);
      return changed;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(VALUES[random(VALUES.length)]!), bytes.subarray(at)]);
    case 4: {
      const text = bytes.toString("latin1");
      const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
      const number = numbers[random(Math.max(1, numbers.length))];
      if (!number) return bytes;
      const value = Buffer.from(VALUES[random(VALUES.length)]!).toString("latin1");
      const end = number.index + number[0].length;
      return Buffer.from(text.slice(0, number.index) + value + text.slice(end), "latin1");
    }
    default:
      return bytes.subarray(0, at);
  }
}

interface Answer {
  readonly bytes: Buffer;
  readonly chunkBytes: number;
  readonly status: number;
  readonly contentType: string | undefined;
  /** Whether the connection breaks at the end. */
  readonly breaks: boolean;
}

const STATUSES = [400, 429, 500, 529, 206, 204];
const TYPES = ["application/json", "text/event-stream", "text/plain", "application/x-ndjson", "text/html", undefined];

function answerFrom(fixtures: readonly Fixture[], random: Random): Answer & { readonly name: string } {
  const { name, bytes: original, contentType } = fixtures[random(fixtures.length)]!;
  let bytes = original;
  for (let times = random(4); times > 0; times--) bytes = mutated(bytes, random);
  return {
    name,
    bytes,
    chunkBytes: [1, 7, 100, 4096][random(4)]! + random(50),
    status: random(12) === 0 ? STATUSES[random(STATUSES.length)]! : 200,
    contentType: random(6) === 0 ? TYPES[random(TYPES.length)] : contentType,
    breaks: random(10) === 0,
  };
}

function responseOf({ bytes, chunkBytes, status, contentType, breaks }: Answer): Response {
  const init = { status, headers: contentType === undefined ? {} : { "content-type": contentType } };
  if (status === 204) return new Response(null, init);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(new Uint8Array(bytes.subarray(at, (at += chunkBytes))));
      else if (breaks) controller.error(new TypeError("terminated"));
      else controller.close();
    },
  });
  return new Response(body, init);
}

async function chunksOf(body: ReadableStream<Uint8Array> | null, most = Infinity): Promise<string> {
  let read = "";
  if (!body) return read;
  for await (const chunk of body) {
    read += Buffer.from(chunk).toString("hex");
    if (read.length > most) break;
  }
  return read;
}

const READERS: readonly ((response: Response) => Promise<unknown>)[] = [
  (response) => response.text(),
  (response) => response.json(),
  async (response) => Buffer.from(await response.arrayBuffer()).toString("hex"),
  (response) => chunksOf(response.body),
  (response) => chunksOf(response.body, 400),
  async (response) => [await response.clone().text(), await response.text()],
  async (response) => (response.body ? Promise.all(response.body.tee().map((half) => chunksOf(half))) : ""),
  async (response) => response.body?.cancel(),
];

/** What an application sees of an answer: what it reads, or the error that it gets. */
async function seen(answer: Promise<Response>, reader: number): Promise<unknown> {
  try {
    const response = await answer;
    return [response.status, await READERS[reader]!(response)];
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
}

const unhandled: unknown[] = [];
const note = (error: unknown): unknown => unhandled.push(error);
process.on("unhandledRejection", note);
process.on("uncaughtException", note);
afterAll(() => {
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
});

/** Has what each family's requests have, so that each asks for an answer. */
const ASKED = JSON.stringify({ model: "m", stream: true, prompt: "a", messages: [{ role: "user", content: "a" }] });

/** Makes the exchanges of one seed with and without a meter. */
async function exchanges({ urlOf }: Family, fixtures: readonly Fixture[], seed: number): Promise<void> {
  const random = randomOf(seed);
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  for (let made = 0; made < BODIES_PER_METER; made++) {
    const answer = answerFrom(fixtures, random);
    const reader = random(READERS.length);
    const metered = meter.fetch({ fetch: () => Promise.resolve(responseOf(answer)) });
    const [bare, observed] = await Promise.all([
      seen(Promise.resolve(responseOf(answer)), reader),
      seen(metered(urlOf(answer.name), { method: "POST", body: ASKED }), reader),
    ]);
    // A damaged body may have a property named `__proto__`, which vitest takes for a difference.
    const isSame = isDeepStrictEqual(observed, bare);
    if (!isSame) expect(observed, `seed ${seed}, body ${made} from ${answer.name}`).toStrictEqual(bare);
    expect(isSame).toBe(true);
  }
  await meter.flush();
  await meter.close();
  const place = `seed ${seed}`;
  expect(records, place).toHaveLength(BODIES_PER_METER);
  expect(meter.totals().errors, place).toMatchObject({ transport: 0, attribution: 0, totals: 0 });
  for (const { usage } of records) {
    for (const name of USAGE_CLASSES) expect(usage?.[name] ?? 0, place).toBeGreaterThanOrEqual(0);
    expect(Object.values(usage ?? {}).every(Number.isFinite), place).toBe(true);
  }
}

describe.for(FAMILIES)("$folder", (family) => {
  const folder = join(import.meta.dirname, "../wire", family.folder, "fixtures");
  const names = readdirSync(folder).filter((name) => !/README|batch/.test(name));
  const fixtures = names.map((name) => fixture(family.folder, name));

  test(
    `${BODIES} answers that are damaged in every way are seen by the application as without a meter, and each is one record`,
    { timeout: 1_800_000 },
    async () => {
      for (let seed = 1; seed <= Math.ceil(BODIES / BODIES_PER_METER); seed++) await exchanges(family, fixtures, seed);
      expect(unhandled).toStrictEqual([]);
    },
  );
});
