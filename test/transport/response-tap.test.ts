import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { clientLeft, serveBytes, type ByteServer } from "./byte-server.ts";
import { collected, tapped } from "./tapped.ts";

const WORDS = ["one ", "two ", "three ", "four"];
const WHOLE = WORDS.join("");
const JSON_TEXT = '{"model":"m","list":[1,2]}';

let words: ByteServer;
let json: ByteServer;
let held: ByteServer;

beforeAll(async () => {
  [words, json, held] = await Promise.all([
    serveBytes({ chunks: WORDS }),
    serveBytes({ chunks: [JSON_TEXT], contentType: "application/json" }),
    serveBytes({ chunks: WORDS, holdAfter: 1 }),
  ]);
});

afterAll(() => Promise.all([words, json, held].map((server) => server[Symbol.asyncDispose]())));

const readAll = async (stream: ReadableStream<Uint8Array>): Promise<string> => text(stream);

async function readByReader(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let result = await reader.read(); !result.done; result = await reader.read()) chunks.push(result.value);
  return Buffer.concat(chunks).toString();
}

async function readByBuffer(response: Response): Promise<string> {
  const reader = response.body!.getReader({ mode: "byob" });
  const chunks: Buffer[] = [];
  let view = new Uint8Array(5);
  for (;;) {
    const { done, value } = await reader.read(view);
    if (done) return Buffer.concat(chunks).toString();
    chunks.push(Buffer.from(value));
    // The application may use its buffer again.
    value.fill(0);
    view = new Uint8Array(value.buffer);
  }
}

/** The ways to read a body to its end. */
const WAYS: readonly (readonly [name: string, (response: Response) => Promise<string>])[] = [
  ["text()", (response) => response.text()],
  ["arrayBuffer()", async (response) => Buffer.from(await response.arrayBuffer()).toString()],
  ["bytes()", async (response) => Buffer.from(await response.bytes()).toString()],
  ["getReader()", (response) => readByReader(response.body!.getReader())],
  ["a BYOB reader", readByBuffer],
  ["for await", (response) => readAll(response.body!)],
  ["values()", async (response) => text(response.body!.values())],
  ["pipeThrough()", (response) => readAll(response.body!.pipeThrough(new TransformStream<Uint8Array, Uint8Array>()))],
  [
    "pipeTo()",
    async (response) => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const [, read] = await Promise.all([response.body!.pipeTo(writable), readAll(readable)]);
      return read;
    },
  ],
  ["new Response(body)", (response) => new Response(response.body).text()],
  ["Readable.fromWeb()", async (response) => text(Readable.fromWeb(response.body as never))],
  [
    "pipeline()",
    async (response) => {
      const chunks: Buffer[] = [];
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          chunks.push(chunk);
          done();
        },
      });
      await pipeline(response.body as never, sink);
      return Buffer.concat(chunks).toString();
    },
  ],
  ["clone().text()", async (response) => response.clone().text()],
  [
    "a clone and the original",
    async (response) => {
      const copy = response.clone();
      const [one, other] = await Promise.all([response.text(), copy.text()]);
      expect(other).toBe(one);
      return one;
    },
  ],
  [
    "a clone of a body that was handed out",
    async (response) => {
      expect(response.body!.locked).toBe(false);
      const copy = response.clone();
      const [one, other] = await Promise.all([readAll(response.body!), readAll(copy.body!)]);
      expect(other).toBe(one);
      return one;
    },
  ],
  [
    "tee()",
    async (response) => {
      const [left, right] = response.body!.tee();
      const [one, other] = await Promise.all([readAll(left), readAll(right)]);
      expect(other).toBe(one);
      return one;
    },
  ],
  [
    "two readers in turn",
    async (response) => {
      const first: ReadableStreamDefaultReader<Uint8Array> = response.body!.getReader();
      const { value } = await first.read();
      first.releaseLock();
      return Buffer.from(value!).toString() + (await readByReader(response.body!.getReader()));
    },
  ],
  [
    "values({ preventCancel }) and another reader",
    async (response) => {
      let read = "";
      for await (const chunk of response.body!.values({ preventCancel: true })) {
        read += Buffer.from(chunk).toString();
        break;
      }
      return read + (await readAll(response.body!));
    },
  ],
];

describe.for(WAYS)("read by %s", ([, read]) => {
  test("the application and the observer see all of it, once", async () => {
    const { response, seen } = tapped(await fetch(words.url));
    expect(await read(response)).toBe(WHOLE);
    expect(seen).toStrictEqual({
      endings: ["complete"],
      errors: [],
      content: WHOLE,
      totalBytes: typeof seen.content === "string" && seen.totalBytes === 0 ? 0 : WHOLE.length,
    });
  });

  test("the response and its body are as used, and as locked, as a bare one", async () => {
    const [bare, { response }] = [await fetch(words.url), tapped(await fetch(words.url))];
    await Promise.all([read(bare), read(response)]);
    expect([response.bodyUsed, response.body!.locked]).toStrictEqual([bare.bodyUsed, bare.body!.locked]);
  });
});

test("json() shows the very value that the application gets", async () => {
  const { response, seen } = tapped(await fetch(json.url));
  const value: unknown = await response.json();
  expect(value).toStrictEqual(JSON.parse(JSON_TEXT));
  expect(seen.endings).toStrictEqual(["complete"]);
  expect(seen.content).toBe(value);
});

test("of a blob JSON is seen, and of other types its end", async () => {
  const [ofJson, ofBytes] = [tapped(await fetch(json.url)), tapped(await fetch(words.url))];
  expect(await (await ofJson.response.blob()).text()).toBe(JSON_TEXT);
  expect(await (await ofBytes.response.blob()).text()).toBe(WHOLE);
  expect([ofJson.seen.content, ofBytes.seen.content]).toStrictEqual([JSON_TEXT, undefined]);
  expect([ofJson.seen.endings, ofBytes.seen.endings]).toStrictEqual([["complete"], ["complete"]]);
});

describe("a body that is left", () => {
  /** The ways to leave a body after its first chunk. */
  const LEAVINGS: readonly (readonly [name: string, (response: Response) => Promise<unknown>])[] = [
    [
      "break",
      async (response) => {
        for await (const _ of response.body!) break;
      },
    ],
    [
      "an error of the application",
      async (response) => {
        for await (const _ of response.body!) throw new RangeError("the application's own");
      },
    ],
    [
      "reader.cancel()",
      async (response) => {
        const reader = response.body!.getReader();
        await reader.read();
        await reader.cancel("enough");
      },
    ],
    ["body.cancel()", (response) => response.body!.cancel("enough")],
    [
      "body.cancel() with a read under way",
      async (response) => {
        const reader = response.body!.getReader();
        await reader.read();
        await Promise.all([reader.read(), reader.cancel()]);
      },
    ],
    [
      "cancelling what it was piped through",
      async (response) => {
        const reader = response.body!.pipeThrough(new TransformStream()).getReader();
        await reader.read();
        await reader.cancel("enough");
      },
    ],
    [
      "an error of where it was piped to",
      async (response) => {
        const failing = new WritableStream({ write: () => Promise.reject(new RangeError("full")) });
        await response.body!.pipeTo(failing);
      },
    ],
    [
      "a signal of the pipe",
      async (response) => {
        const controller = new AbortController();
        const sink = new WritableStream({ write: () => controller.abort() });
        await response.body!.pipeTo(sink, { signal: controller.signal });
      },
    ],
    [
      "cancelling both branches of a tee",
      async (response) => {
        const [left, right] = response.body!.tee();
        await Promise.all([left.cancel(), right.cancel()]);
      },
    ],
    [
      "cancelling a clone and the original",
      async (response) => {
        const copy = response.clone();
        await Promise.all([response.body!.cancel(), copy.body!.cancel()]);
      },
    ],
    [
      "cancelling a clone and the original, handed out before",
      async (response) => {
        expect(response.body!.locked).toBe(false);
        const copy = response.clone();
        await Promise.all([response.body!.cancel(), copy.body!.cancel()]);
      },
    ],
    [
      "destroying the Node stream made of it",
      async (response) => {
        const stream = Readable.fromWeb(response.body as never);
        for await (const _ of stream) break;
      },
    ],
  ];

  const outcomeOf = (leaving: Promise<unknown>) =>
    leaving.then(
      (returned) => ({ returned }),
      (thrown: unknown) => ({ thrown }),
    );

  test.for(LEAVINGS)("by %s is cancelled at the server, and seen so, once", async ([, leave]) => {
    await using server = await serveBytes({ chunks: WORDS, holdAfter: 1 });
    const { response, seen } = tapped(await fetch(server.url));
    const [wrapped, bare] = await Promise.all([
      outcomeOf(leave(response)),
      fetch(server.url).then((answer) => outcomeOf(leave(answer))),
    ]);
    expect(wrapped).toStrictEqual(bare);
    await clientLeft(server);
    expect(seen.endings).toStrictEqual(["cancelled"]);
    expect([undefined, "one "]).toContain(seen.content);
  });

  test("by one branch of a tee goes on in the other", async () => {
    const { response, seen } = tapped(await fetch(words.url));
    const [left, right] = response.body!.tee();
    void left.cancel();
    expect(await readAll(right)).toBe(WHOLE);
    expect(seen).toMatchObject({ endings: ["complete"], content: WHOLE });
  });

  test("by the original goes on in the clone", async () => {
    const { response, seen } = tapped(await fetch(words.url));
    const copy = response.clone();
    void response.body!.cancel();
    expect(await copy.text()).toBe(WHOLE);
    expect(seen).toMatchObject({ endings: ["complete"], content: WHOLE });
  });

  test("by a reader that was let go before is not left", async () => {
    const { response, seen } = tapped(await fetch(words.url));
    const first = response.body!.getReader();
    first.releaseLock();
    await expect(first.cancel()).rejects.toThrow(TypeError);
    expect(await response.text()).toBe(WHOLE);
    expect(seen.endings).toStrictEqual(["complete"]);
  });

  test("by a pipe that must not cancel can be read on", async () => {
    const read = async (response: Response) => {
      let first = "";
      const failing = new WritableStream<Uint8Array>({
        write(chunk) {
          first = Buffer.from(chunk).toString();
          throw new RangeError("full");
        },
      });
      await expect(response.body!.pipeTo(failing, { preventCancel: true })).rejects.toThrow("full");
      return first + (await readAll(response.body!));
    };
    const { response, seen } = tapped(await fetch(words.url));
    expect(await read(response)).toBe(WHOLE);
    expect(await read(await fetch(words.url))).toBe(WHOLE);
    expect(seen).toMatchObject({ endings: ["complete"], content: WHOLE });
  });

  test("after its end marker was complete", async () => {
    await using server = await serveBytes({
      chunks: ["data: x\n\n", "data: [DO", "NE]\n\n"],
      contentType: "text/event-stream",
    });
    const { response, seen } = tapped(await fetch(server.url));
    const reader = response.body!.getReader();
    let read = "";
    while (!read.endsWith("[DONE]\n\n")) read += Buffer.from((await reader.read()).value).toString();
    expect(seen.endings).toStrictEqual(["complete"]);
    await reader.cancel();
    expect(seen.endings).toStrictEqual(["complete"]);
  });
});

describe("a body that breaks", () => {
  test.for(WAYS.filter(([name]) => !/tee|clone|two readers|preventCancel/.test(name)))(
    "shows by %s the error of a bare one",
    async ([, read]) => {
      await using server = await serveBytes({ chunks: WORDS, cutAfter: 2 });
      const bare = await fetch(server.url)
        .then(read)
        .catch((error: unknown) => error);
      const { response, seen } = tapped(await fetch(server.url));
      const thrown = await read(response).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(Error);
      expect(inspected(thrown)).toBe(inspected(bare));
      expect(seen.endings).toStrictEqual(["broken"]);
    },
  );

  test("by an abort says why", async () => {
    const controller = new AbortController();
    const { response, seen } = tapped(await fetch(held.url, { signal: controller.signal }));
    const reading = response.text().catch((error: unknown) => error);
    const reason = new Error("the application's own");
    controller.abort(reason);
    expect(await reading).toBe(reason);
    expect(seen).toMatchObject({ endings: ["broken"], errors: [reason] });
  });

  test("by JSON that is invalid says so", async () => {
    const { response, seen } = tapped(await fetch(words.url));
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(seen.endings).toStrictEqual(["broken"]);
    expect(seen.errors).toStrictEqual([expect.any(SyntaxError)]);
  });

  const inspected = (error: unknown): string => {
    const { name, message, cause } = error as Error;
    return `${(error as Error).constructor.name} ${name} ${message} ${(cause as Error | undefined)?.message}`;
  };
});

describe("a body that nobody reads", () => {
  test("is seen when its response is collected", async () => {
    const endings = await (async () => {
      const { seen } = tapped(await fetch(held.url));
      return seen.endings;
    })();
    await collected(() => endings.length > 0);
    expect(endings).toStrictEqual(["unread"]);
  });

  test("is seen when a reader was let go and forgotten", async () => {
    const seen = await (async () => {
      const answer = tapped(await fetch(words.url));
      const reader = answer.response.body!.getReader();
      await reader.read();
      reader.releaseLock();
      return answer.seen;
    })();
    await collected(() => seen.endings.length > 0);
    expect(seen).toMatchObject({ endings: ["unread"], content: expect.stringMatching(/^one /) as string });
  });

  test("is not given up while its reader is held, though its response is not", async () => {
    const { reader, seen } = await (async () => {
      const answer = tapped(await fetch(words.url));
      return { reader: answer.response.body!.getReader(), seen: answer.seen };
    })();
    for (let round = 0; round < 5; round++) {
      await new Promise(setImmediate);
      globalThis.gc!();
    }
    expect(seen.endings).toStrictEqual([]);
    expect(await readByReader(reader)).toBe(WHOLE);
    expect(seen.endings).toStrictEqual(["complete"]);
  });
});

describe("a tapped response", () => {
  test("is the same object, of the same class, without keys of ours", async () => {
    const [bare, { response }] = [await fetch(words.url), tapped(await fetch(words.url))];
    const shape = (answer: Response) => {
      const reader = answer.body!.getReader();
      reader.releaseLock();
      const clone = answer.clone();
      return [answer, answer.body!, reader, clone, clone.body!].map((object) => [
        object.constructor.name,
        object instanceof (object.constructor as typeof Response),
        Object.prototype.toString.call(object),
        Reflect.ownKeys(object).map(String),
        Object.keys(object),
        inspect(object).replaceAll(/:\d{4,5}/g, ":port"),
      ]);
    };
    expect(shape(response)).toStrictEqual(shape(bare));
    expect(response).toBeInstanceOf(Response);
    expect(response.body).toBe(response.body);
    expect([response.url, response.status, response.ok, response.type, response.redirected]).toStrictEqual([
      bare.url,
      bare.status,
      bare.ok,
      bare.type,
      bare.redirected,
    ]);
  });

  test("shows an iterator of the same shape", async () => {
    const [bare, { response }] = [await fetch(words.url), tapped(await fetch(words.url))];
    const shape = (answer: Response) => inspect(answer.body!.values(), { showHidden: true });
    expect(shape(response)).toBe(shape(bare));
    await Promise.all([response, bare].map((answer) => answer.body!.cancel().catch(() => undefined)));
  });

  test("of no body has none", async () => {
    const { response, seen } = tapped(new Response(null, { status: 204 }));
    expect(response.body).toBeNull();
    expect(await response.text()).toBe("");
    expect(seen.endings).toStrictEqual(["complete"]);
  });

  test("can be a mock with readers of its own", async () => {
    const mock = { ok: true, status: 200, headers: new Headers(), json: () => Promise.resolve({ model: "m" }) };
    const { response, seen } = tapped(mock as unknown as Response);
    expect(await response.json()).toStrictEqual({ model: "m" });
    expect(Object.keys(response)).toStrictEqual(["ok", "status", "headers", "json"]);
    expect(seen).toMatchObject({ endings: ["complete"], content: { model: "m" } });
  });

  test("says what a bare one says of misuse", async () => {
    const misuses: ((response: Response) => unknown)[] = [
      async (response) => [await response.text(), await response.text()],
      (response) => [response.body!.getReader(), response.body!.getReader()],
      (response) => [response.body!.getReader(), response.body!.cancel()][1],
      (response) => response.body!.pipeTo(undefined as never),
      (response) => response.body!.pipeThrough({} as never),
      (response) => [response.body!.getReader(), response.clone()],
      (response) => response.body!.getReader({ mode: "fast" as never }),
    ];
    for (const misuse of misuses) {
      const outcomes = await Promise.all(
        [await fetch(words.url), tapped(await fetch(words.url)).response].map(async (answer) => {
          try {
            return { returned: await misuse(answer), locked: answer.body!.locked };
          } catch (thrown) {
            return { thrown: (thrown as Error).message, locked: answer.body!.locked };
          }
        }),
      );
      expect(outcomes[1]).toStrictEqual(outcomes[0]);
    }
  });
});

describe("two observers of one response", () => {
  test("both see all of it, once", async () => {
    for (const [, read] of WAYS) {
      const { response, seen } = tapped(await fetch(words.url));
      const other = tapped(response).seen;
      expect(await read(response)).toBe(WHOLE);
      expect([seen.endings, other.endings]).toStrictEqual([["complete"], ["complete"]]);
      expect(other.content).toBe(WHOLE);
    }
  });

  test("both see that it was left, in every branch", async () => {
    const { response, seen } = tapped(await fetch(held.url));
    const other = tapped(response).seen;
    const [left, right] = response.body!.tee();
    const leaving = left.cancel();
    expect([seen.endings, other.endings]).toStrictEqual([[], []]);
    await Promise.all([leaving, right.cancel()]);
    expect([seen.endings, other.endings]).toStrictEqual([["cancelled"], ["cancelled"]]);
  });
});

describe("nothing is read ahead", () => {
  const MEGABYTES = 64;
  const CHUNK = Buffer.alloc(1024 * 1024);
  const chunks = Array.from({ length: MEGABYTES }, () => CHUNK);

  /** What the platform and the kernel take in by themselves, in megabytes. */
  async function sentAfterOneRead(tap: boolean): Promise<number> {
    await using server = await serveBytes({ chunks });
    const response = await fetch(server.url);
    const reader = (tap ? tapped(response).response : response).body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 150));
    const { chunksSent } = server.deliveries[0]!;
    await reader.cancel();
    return chunksSent;
  }

  test("of a large body of which one chunk is read", async () => {
    const [bare, wrapped] = await Promise.all([sentAfterOneRead(false), sentAfterOneRead(true)]);
    expect(bare).toBeLessThan(MEGABYTES / 2);
    expect(wrapped).toBeLessThanOrEqual(bare + 2);
  });
});

describe("memory", () => {
  test("of a stream of 100 MB does not grow with it", async () => {
    const chunk = Buffer.alloc(64 * 1024, "data: word\n\n");
    const chunks = Array.from({ length: 1600 }, () => chunk);
    await using server = await serveBytes({ chunks, contentType: "text/event-stream" });
    const { response, seen } = tapped(await fetch(server.url));
    let bytes = 0;
    let most = 0;
    let checked = 0;
    globalThis.gc!();
    const { arrayBuffers: before } = process.memoryUsage();
    for await (const part of response.body! as AsyncIterable<Uint8Array>) {
      bytes += part.byteLength;
      if (bytes < checked + 5e6) continue;
      checked = bytes;
      globalThis.gc!();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect([bytes, checked > 1e8]).toStrictEqual([1600 * chunk.byteLength, true]);
    expect(seen).toMatchObject({ endings: ["complete"], totalBytes: bytes });
    expect(most).toBeLessThan(32 * 1024 * 1024);
  });
});

test("nothing of all this was rejected unheard", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  await using server = await serveBytes({ chunks: WORDS, cutAfter: 1 });
  for (const [, read] of WAYS) await read(tapped(await fetch(server.url)).response).catch(() => undefined);
  await new Promise(setImmediate);
  process.off("unhandledRejection", hear);
  expect(unheard).toStrictEqual([]);
});
