import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { awsEventStream } from "../../../src/wire/aws-event-stream.ts";
import { converse } from "../../../src/wire/bedrock/converse.ts";
import { invoke } from "../../../src/wire/bedrock/invoke.ts";
import { fixture, readChunks, readEveryCut } from "../fixtures.ts";

/** A stream, frame by frame. */
function framesOf(name: string): Buffer[] {
  const { bytes } = fixture("bedrock", name);
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += frames.at(-1)!.length) {
    frames.push(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  }
  return frames;
}

const EVENT_STREAM = "application/vnd.amazon.eventstream";

const STREAMS = [
  [
    "ConverseStream",
    converse,
    "converse-stream.bin",
    { inputTokens: 21, cacheReadTokens: 1000, cacheWriteTokens: 75, outputTokens: 6 },
  ],
  ["ConverseStream of aimock", converse, "aimock-converse-stream.bin", { inputTokens: 25, outputTokens: 15 }],
  [
    "Claude",
    invoke,
    "invoke-stream-anthropic.bin",
    { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 15 },
  ],
  ["Llama, whose events count", invoke, "invoke-stream-meta.bin", { inputTokens: 17, outputTokens: 6 }],
  ["Cohere, by Bedrock's metrics", invoke, "invoke-stream-cohere.bin", { inputTokens: 12, outputTokens: 6 }],
  [
    "Nova",
    invoke,
    "invoke-stream-nova.bin",
    { inputTokens: 9, cacheReadTokens: 30, cacheWriteTokens: 0, outputTokens: 6 },
  ],
  ["Mistral, by Bedrock's metrics", invoke, "invoke-stream-mistral.bin", { inputTokens: 14, outputTokens: 6 }],
  ["Titan", invoke, "invoke-stream-titan.bin", { inputTokens: 8, outputTokens: 6 }],
] as const;

describe.for(STREAMS)("a stream of Bedrock's: %s", ([, dialect, name, usage]) => {
  const stream = fixture("bedrock", name);

  test.for([1, 7, 100, 100_000])("gives its usage in chunks of %i bytes", (chunkBytes) => {
    expect(readChunks(dialect, stream, { chunkBytes })).toMatchObject({
      usage,
      usageSource: "reported",
      finished: true,
      error: undefined,
    });
  });

  test("that is left after any byte never claims more than it was told", () => {
    const readings = readEveryCut(dialect, stream);
    for (const [length, reading] of readings.entries()) {
      const isWhole = length === stream.bytes.length;
      expect(reading.finished, `${length} bytes`).toBe(isWhole);
      expect(reading.error).toBeUndefined();
      for (const [name_, amount] of Object.entries(reading.usage ?? {})) {
        expect(amount, `${name_} after ${length} bytes`).toBeLessThanOrEqual((usage as Record<string, number>)[name_]!);
      }
      if (isWhole) expect(reading.usage).toStrictEqual(usage);
    }
  });

  test("is known by its first bytes where no content type announces it", () => {
    expect(readChunks(dialect, { ...stream, contentType: "" })).toMatchObject({ usage, finished: true });
  });
});

test("a stream of Bedrock's that is left after some words has its output estimated", () => {
  const begun = framesOf("invoke-stream-anthropic.bin").slice(0, 5);
  const left = readChunks(invoke, { bytes: Buffer.concat(begun), contentType: EVENT_STREAM }, { ending: "cancelled" });
  expect(left).toMatchObject({
    usageSource: "estimated",
    usage: { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 3 },
    respondedModel: "claude-sonnet-4-5-20250929",
  });
});

test("a stream whose chunks are not in base64 is read as it is, and what it counts is believed", () => {
  expect(readChunks(invoke, fixture("bedrock", "aimock-invoke-stream.bin"))).toMatchObject({
    usage: { inputTokens: 25, outputTokens: 0 },
    usageSource: "reported",
    finished: true,
  });
});

test("an exception in a stream of Bedrock's is an error", () => {
  expect(readChunks(converse, fixture("bedrock", "converse-stream-exception.bin"))).toMatchObject({
    error: "stream_error",
    finished: true,
    usage: { outputTokens: 1 },
    usageSource: "estimated",
  });
});

test("the end of a long event stream is found again by its checksums", () => {
  const frames = framesOf("invoke-stream-anthropic.bin");
  const delta = frames[2]!;
  const long = Buffer.concat([...frames.slice(0, 3), ...Array.from({ length: 2000 }, () => delta), ...frames.slice(3)]);
  expect(long.length).toBeGreaterThan(300_000);
  for (const chunkBytes of [100, 1399, 1400, 16_384]) {
    expect(readChunks(invoke, { bytes: long, contentType: EVENT_STREAM }, { chunkBytes })).toMatchObject({
      usage: { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 15 },
      usageSource: "reported",
      respondedModel: "claude-sonnet-4-5-20250929",
      finished: true,
    });
  }
});

describe("the AWS event stream", () => {
  const whole = fixture("bedrock", "converse-stream.bin").bytes;
  const events = awsEventStream.events({ bytes: whole, text: "" }, true);

  test("gives each frame with its type and its payload", () => {
    expect(events.map(({ type }) => type)).toStrictEqual([
      "messageStart",
      ...Array.from({ length: 6 }, () => "contentBlockDelta"),
      "contentBlockStop",
      "messageStop",
      "metadata",
    ]);
    expect(events[1]!.object).toMatchObject({ delta: { text: "Hello" } });
  });

  test("gives the frames after any byte at which a piece begins", () => {
    for (let from = 1; from < whole.length; from++) {
      const found = awsEventStream.events({ bytes: whole.subarray(from), text: "" }, false);
      expect(found.map(({ data }) => data)).toStrictEqual(
        events.slice(events.length - found.length).map(({ data }) => data),
      );
    }
    expect(awsEventStream.events({ bytes: whole.subarray(1), text: "" }, false)).toHaveLength(events.length - 1);
  });

  test("leaves out a frame whose payload was damaged, and no other", () => {
    const damaged = Buffer.from(whole);
    const second = whole.readUInt32BE(0);
    damaged[second + whole.readUInt32BE(second) - 8]! ^= 1;
    expect(awsEventStream.events({ bytes: damaged, text: "" }, true)).toHaveLength(events.length - 1);
  });

  test("never throws, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, fromStart) => {
        awsEventStream.events({ bytes, text: "" }, fromStart);
      }),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        expect(awsEventStream.events({ bytes: changed, text: "" }, true).length).toBeLessThanOrEqual(events.length);
      }),
    );
  });
});
