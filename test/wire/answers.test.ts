import { buffer } from "node:stream/consumers";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { USAGE_CLASSES } from "../../src/model/usage.ts";
import { Excerpt } from "../../src/transport/excerpt.ts";
import { readBody } from "../../src/wire/read-body.ts";
import { ContentWatch, endsStream } from "../../src/wire/stream-progress.ts";
import { chatCompletions } from "../../src/wire/openai/chat-completions.ts";
import { images } from "../../src/wire/openai/images.ts";
import { responses } from "../../src/wire/openai/responses.ts";
import { FAILED, STREAMED, WHOLE } from "./answers.ts";
import { excerptOf, fixture, readChunks, readEveryCut } from "./fixtures.ts";
import { metered } from "./metered.ts";

const titled = <Known extends { title: string }>(known: readonly Known[]) =>
  known.map((answer) => [answer.title, answer] as const);

test.for(titled(WHOLE))(
  "%s states its usage and its model, however it is read",
  ([, { dialect, body, usage, model }]) => {
    const { bytes, contentType } = body;
    const text = bytes.toString();
    const readings = [
      readBody(dialect, "complete", { json: JSON.parse(text) }, contentType),
      readBody(dialect, "complete", { text }, contentType),
      readBody(dialect, "complete", { text: JSON.stringify(JSON.parse(text)) }, contentType),
      readChunks(dialect, body, { chunkBytes: 7 }),
    ];
    for (const reading of readings) expect(reading).toStrictEqual(readings[0]);
    expect(readings[0]).toMatchObject({ finished: true, error: undefined, respondedModel: model });
    expect(readings[0]!.usage).toStrictEqual(usage);
    expect(readings[0]!.usageSource).toBe(usage ? "reported" : "missing");
  },
);

describe.for(titled(STREAMED))("%s", ([, { dialect, body, usage, model }]) => {
  test.for([1, 7, 100, 100_000])("states its usage in chunks of %i bytes", (chunkBytes) => {
    const reading = readChunks(dialect, body, { chunkBytes });
    expect(reading).toMatchObject({ usageSource: "reported", finished: true, error: undefined, respondedModel: model });
    expect(reading.usage).toStrictEqual(usage);
  });

  test("states the same when its text is handed over at once", () => {
    const reading = readBody(dialect, "complete", { text: body.bytes.toString() }, body.contentType);
    expect(reading).toStrictEqual(readChunks(dialect, body));
  });

  test("that is left after any byte never has more than it stated, and is finished only at its end", () => {
    const end = body.bytes.length;
    const cuts = readEveryCut(dialect, body);
    for (const [length, reading] of cuts.entries()) {
      expect(reading.error, `${length} bytes`).toBeUndefined();
      // The last event is as good as whole without the line end behind it.
      if (length < end * 0.6) expect(reading.finished, `${length} bytes`).toBe(false);
      for (const name of USAGE_CLASSES) {
        const amount = reading.usage?.[name];
        if (amount === undefined || OUTPUT_ESTIMATES.has(name)) continue;
        expect(amount, `${name} after ${length} bytes`).toBeLessThanOrEqual(usage?.[name] ?? 0);
      }
    }
    expect(cuts.at(-1)).toMatchObject({ usage, usageSource: "reported", finished: true });
  });

  test("states the same where so much came between that only both ends were kept", () => {
    const text = body.bytes.toString();
    const separator = /\r?\n\r?\n|,\r\n|\n|(?<=\}),(?=\{)/.exec(text)![0];
    const pieces = text.split(separator);
    const middle = pieces[1]!;
    const repeated = Array.from({ length: Math.ceil(100_000 / (middle.length + separator.length)) }, () => middle);
    const long = [pieces[0], ...repeated, ...pieces.slice(1)].join(separator);
    expect(readChunks(dialect, { bytes: Buffer.from(long), contentType: body.contentType }).usage).toStrictEqual(usage);
  });

  test("comes to its first content before its end, and after its first event", () => {
    const { framing } = dialect.stream!;
    const watch = new ContentWatch(dialect, body.contentType.includes("event-stream") ? undefined : framing);
    const excerpt = new Excerpt();
    const sees = (chunk: Uint8Array): boolean => {
      excerpt.add(chunk);
      return watch.seesContent(excerpt, chunk);
    };
    expect(sees(body.bytes.subarray(0, 5))).toBe(false);
    expect(sees(body.bytes.subarray(5))).toBe(true);
  });
});

/** Estimated where a stream was left before its usage, by its events. */
const OUTPUT_ESTIMATES = new Set<string>(["outputTokens"]);

test.for(titled(FAILED))("%s is a failure, though its status was 200", ([, { dialect, body, error, usage }]) => {
  const reading = readChunks(dialect, body);
  expect(reading).toMatchObject({ error, finished: true });
  if (usage) expect(reading.usage).toStrictEqual(usage);
});

describe("the line that ends a stream of Ollama", () => {
  const { dialect } = STREAMED.find(({ title }) => title === "ollama/stream.ndjson")!;
  const marker = dialect.stream!.endMarker!;
  const lines = (name: string): string[] => fixture("ollama", name).bytes.toString().trimEnd().split("\n");

  test.for([
    "stream.ndjson",
    "stream-tool.ndjson",
    "generate.ndjson",
    "stream-cached.ndjson",
    "aimock-generate.ndjson",
  ])("of %s is known by itself, and no other is taken for it", (name) => {
    const all = lines(name);
    const ends = all.map((_, index) =>
      endsStream(excerptOf(Buffer.from(`${all.slice(0, index + 1).join("\n")}\n`)), marker),
    );
    expect(ends).toStrictEqual([...all.slice(1).map(() => false), true]);
  });

  test("is not taken for one before it is whole", () => {
    const last = lines("stream.ndjson").at(-1)!;
    for (let length = 1; length < last.length; length++) {
      const cut = last.slice(0, length);
      if (cut.endsWith("}")) expect(endsStream(excerptOf(Buffer.from(cut)), marker), cut).toBe(false);
    }
  });
});

test("each image of a stream adds itself and its tokens", () => {
  const { usage, finished } = readChunks(images, fixture("openai", "images-stream.sse"));
  expect({ usage, finished }).toStrictEqual({
    usage: { inputTokens: 100, outputTokens: 544, images: 2 },
    finished: true,
  });
});

test("what the image tool of a response used is another model's", () => {
  const { usage, respondedModel, others } = readChunks(responses, fixture("openai", "response-image-tool.json"));
  const imageTool = { inputTokens: 171, outputTokens: 6853, images: 1 };
  expect(others).toStrictEqual([{ model: "gpt-image-1.5", usage: imageTool }]);
  expect(respondedModel).toBe("gpt-5.4");
  expect(usage).toMatchObject({ inputTokens: 50 + 171, outputTokens: 30 + 6853, images: 1 });
});

test("Gemini's thoughts through OpenAI's API stand in the total alone", () => {
  const body = fixture("openai", "gemini-thoughts.json");
  const asked = { model: "gemini-2.5-pro" };
  expect(readChunks(chatCompletions, body, { asked }).usage).toStrictEqual({
    inputTokens: 12,
    outputTokens: 198,
    reasoningTokens: 405,
  });
});

describe("a stream without usage is estimated", () => {
  test.for([
    // Four characters a token.
    ["openai", "aimock-chat-without-usage.sse", 17],
    ["hugging-face", "stream-without-details.sse", 3],
    ["replicate", "stream.sse", 3],
    // It counts nothing.
    ["ollama", "aimock-chat.ndjson", 11],
    ["ollama", "aimock-generate.ndjson", 11],
  ] as const)("%s: %s, by its events", ([family, name, outputTokens]) => {
    const { dialect } = [...STREAMED, ...WHOLE].find(({ title }) => title.startsWith(`${family}/`))!;
    expect(readChunks(dialect, fixture(family, name))).toMatchObject({
      usage: { outputTokens },
      usageSource: "estimated",
      finished: true,
    });
  });
});

const ALL = [...WHOLE, ...STREAMED, ...FAILED];

/** 100,000 in all, so that a run of the suite takes seconds. */
const BODIES_PER_ANSWER = Math.ceil(100_000 / ALL.length);

test("damaged bytes, cuts and foreign content types give amounts that are amounts, and throw nothing", () => {
  let bodies = 0;
  const wrong: string[] = [];
  for (const [seed, { dialect, body }] of ALL.entries()) {
    const random = generator(seed + 1);
    for (let round = 0; round < BODIES_PER_ANSWER; round++, bodies++) {
      const bytes = damaged(body.bytes, random);
      const contentType = random(4) === 0 ? CONTENT_TYPES[random(CONTENT_TYPES.length)]! : body.contentType;
      const reading = readChunks(dialect, { bytes, contentType }, { chunkBytes: 100 + random(2000) });
      for (const amount of Object.values(reading.usage ?? {})) {
        if (!(amount >= 0 && amount <= 2e10)) wrong.push(`${amount} in ${bytes.toString()}`);
      }
    }
  }
  expect(wrong).toStrictEqual([]);
  expect(bodies).toBeGreaterThanOrEqual(100_000);
}, 60_000);

const CONTENT_TYPES = ["", "text/plain", "text/html", "application/json", "text/event-stream", "application/x-ndjson"];

/** A body in which up to four places were overwritten, doubled or cut out; now and then it ends early. */
function damaged(original: Uint8Array, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = random(5); changes > 0; changes--) {
    const at = random(bytes.length + 1);
    const length = random(40);
    const kind = random(3);
    if (kind === 0 && at < bytes.length) bytes[at] = random(256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length))]);
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

/** Mulberry32: the same numbers from the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return below === 0 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test("anything at all in place of an answer throws nothing", () => {
  const dialects = [...new Set(ALL.map(({ dialect }) => dialect))];
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...dialects), (json, dialect) => {
      readBody(dialect, "complete", { json }, "application/json");
      readBody(dialect, "complete", { text: JSON.stringify(json) }, "application/json");
    }),
    { numRuns: 2000 },
  );
});

describe("damaged answers through a metered fetch", () => {
  test.for(titled(ALL.filter((_, index) => index % 3 === 0)))(
    "%s: the application gets every byte, and each call is one record",
    async ([title, { body }]) => {
      const url = URL_OF[title.slice(0, title.indexOf("/"))]!;
      const random = generator(title.length);
      const bodies = Array.from({ length: 40 }, () => damaged(body.bytes, random));
      const answers = bodies.map(
        (bytes) => new Response(new Uint8Array(bytes), { headers: { "content-type": body.contentType } }),
      );
      const { meter, post, settled } = metered({ fetch: () => Promise.resolve(answers.shift()!) });
      for (const [index, bytes] of bodies.entries()) {
        const response = await post(url, { model: "m", prompt: "x", messages: [{}], input: { prompt: "x" } });
        const read = index % 2 === 0 ? await response.arrayBuffer() : await buffer(response.body!);
        expect(Buffer.from(read as Uint8Array)).toStrictEqual(bytes);
      }
      await meter.close();
      expect(await settled()).toHaveLength(bodies.length);
      expect(meter.totals().errors).toMatchObject({ transport: 0, wire: 0, attribution: 0, totals: 0, record: 0 });
    },
  );
});

/** Where each family's answers come from. */
const URL_OF: Readonly<Record<string, string>> = {
  openai: "https://api.openai.com/v1/chat/completions",
  mistral: "https://api.mistral.ai/v1/chat/completions",
  gemini: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent",
  cohere: "https://api.cohere.com/v2/chat",
  ollama: "https://ollama.com/api/chat",
  replicate: "https://api.replicate.com/v1/predictions",
  "hugging-face": "https://api-inference.huggingface.co/generate",
  "llama-cpp": "http://llama:8080/completion",
};
