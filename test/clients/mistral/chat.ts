import { z } from "zod";

import { abandoned, completed, estimated } from "../expected.ts";
import { ANSWERED, listOf, MODEL, QUESTION, type MistralShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

/** The provider stops after four events: role, "A", " model", " answers". */
const HELD = [{ holdAfter: 4 }] as const;
/** What is estimated of the three words that the application saw. */
const LEFT = estimated(abandoned("chat", MODEL), { outputTokens: 3 });

const CITY = z.object({ city: z.string() });
const TOOL = {
  type: "function" as const,
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

/** The ways to ask for an answer and to read, or leave, a streamed one. */
export const chatShapes: readonly MistralShape[] = [
  { name: "chat.complete", call: (client) => client.chat.complete(QUESTION), records: [ANSWER] },
  {
    name: "chat.complete with several choices and a cached prompt",
    call: (client) => client.chat.complete({ ...QUESTION, n: 2, promptCacheKey: "key" }),
    records: [completed("chat", MODEL, { inputTokens: 2, cacheReadTokens: 2, outputTokens: 24 })],
    majors: [2],
  },
  {
    name: "chat.complete with a tool that is called",
    call: (client) => client.chat.complete({ ...QUESTION, tools: [TOOL] }),
    records: [completed("chat", MODEL, { inputTokens: 4, outputTokens: 9 })],
  },
  {
    name: "chat.complete awaited twice",
    call: async (client) => {
      const promise = client.chat.complete(QUESTION);
      const [first, second] = [await promise, await promise];
      return [first, first === second];
    },
    records: [ANSWER],
  },
  {
    name: "chat.complete that nobody awaits",
    call: async (client, { provider }) => {
      void client.chat.complete(QUESTION);
      while (provider.requests[0]?.chunksSent !== 1) await new Promise(setImmediate);
    },
    // The SDK reads the answer by itself.
    records: [ANSWER],
  },
  {
    name: "chat.parse",
    call: (client) => client.chat.parse({ ...QUESTION, responseFormat: CITY as never }),
    records: [completed("chat", MODEL, { inputTokens: 4, outputTokens: 9 })],
  },
  {
    name: "chat.parseStream",
    call: async (client) => listOf(await client.chat.parseStream({ ...QUESTION, responseFormat: CITY as never })),
    records: [completed("chat", MODEL, { inputTokens: 4, outputTokens: 9 })],
  },
  {
    name: "chat.stream",
    call: async (client) => listOf(await client.chat.stream(QUESTION)),
    records: [ANSWER],
  },
  {
    name: "chat.stream, as the object that it is",
    call: async (client) => {
      const stream = await client.chat.stream(QUESTION);
      return [stream.constructor.name, stream instanceof ReadableStream, stream.locked, await listOf(stream)];
    },
    records: [ANSWER],
  },
  {
    name: "chat.stream by getReader",
    call: async (client) => {
      const reader = (await client.chat.stream(QUESTION)).getReader();
      const seen = [];
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return seen;
        seen.push(value);
      }
    },
    records: [ANSWER],
  },
  {
    name: "chat.stream by getReader, cancelled",
    faults: HELD,
    call: async (client) => {
      const reader = (await client.chat.stream(QUESTION)).getReader();
      const seen = [];
      for (let count = 0; count < 4; count++) seen.push((await reader.read()).value);
      await reader.cancel();
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "chat.stream tee",
    call: async (client) => {
      const [left, right] = (await client.chat.stream(QUESTION)).tee();
      return Promise.all([listOf(left), listOf(right)]);
    },
    records: [ANSWER],
  },
  {
    name: "chat.stream through a transform",
    call: async (client) => {
      const words = new TransformStream<{ data: { choices: { delta: { content?: unknown } }[] } }, unknown>({
        transform: ({ data }, controller) => controller.enqueue(data.choices[0]?.delta.content),
      });
      return listOf((await client.chat.stream(QUESTION)).pipeThrough(words as never) as AsyncIterable<unknown>);
    },
    records: [ANSWER],
  },
  {
    name: "chat.stream left by break",
    faults: HELD,
    call: async (client) => {
      const seen = [];
      for await (const event of await client.chat.stream(QUESTION)) {
        seen.push(event);
        if (seen.length === 4) break;
      }
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "chat.stream left by an error of the application",
    faults: HELD,
    call: async (client) => {
      let count = 0;
      for await (const event of await client.chat.stream(QUESTION)) {
        count += event.data.choices.length;
        if (count === 4) throw new RangeError("the application's own");
      }
    },
    records: [LEFT],
  },
  {
    name: "chat.stream left by an AbortSignal",
    faults: HELD,
    call: async (client) => {
      const controller = new AbortController();
      const { signal } = controller;
      const seen = [];
      for await (const event of await client.chat.stream(QUESTION, { fetchOptions: { signal } })) {
        seen.push(event);
        if (seen.length === 4) controller.abort();
      }
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "chat.stream that nobody reads",
    unread: true,
    call: async (client, { provider }) => {
      await client.chat.stream(QUESTION);
      await provider.idle();
    },
    // The SDK reads the first event ahead.
    records: [estimated(abandoned("chat", MODEL), {})],
  },
  {
    name: "chat.stream of a tool call",
    call: async (client) => listOf(await client.chat.stream({ ...QUESTION, tools: [TOOL] })),
    records: [completed("chat", MODEL, { inputTokens: 4, outputTokens: 9 })],
  },
  {
    name: "the standalone chatComplete",
    call: (client, { sdk }) => sdk.functions.chatComplete(client, QUESTION),
    records: [ANSWER],
  },
  {
    name: "the standalone chatComplete with a status",
    faults: [{ status: 400 }],
    call: (client, { sdk }) => sdk.functions.chatComplete(client, QUESTION),
    records: [
      {
        ...ANSWER,
        respondedModel: undefined,
        outcome: "failed",
        errorType: "http_400",
        usage: undefined,
        usageSource: "missing",
      },
    ],
  },
  {
    name: "the standalone chatStream",
    call: async (client, { sdk }) => {
      const result = await sdk.functions.chatStream(client, QUESTION);
      return result.ok ? listOf(result.value) : result.error;
    },
    records: [ANSWER],
  },
];
