import { abandoned, completed, estimated } from "../expected.ts";
import { ANSWERED, listOf, METERED_QUESTION, MODEL, STREAMED_QUESTION, type OpenAIShape } from "./sdk.ts";

/** As many as there are events with words in them. */
export const ESTIMATED = { outputTokens: 12 };

const ANSWER = completed("chat", MODEL, ANSWERED);
const WITHOUT_USAGE = estimated(ANSWER, ESTIMATED);

/** The provider stops after four events: role, "A", " model", " answers". */
const HELD = [{ holdAfter: 4 }] as const;
/** What is estimated of the three words that the application saw. */
const LEFT = estimated(abandoned("chat", MODEL), { outputTokens: 3 });

/** The ways to read, and to leave, a streamed answer. */
export const streamShapes: readonly OpenAIShape[] = [
  {
    name: "stream",
    call: async (client) => listOf(await client.chat.completions.create(STREAMED_QUESTION)),
    records: [WITHOUT_USAGE],
  },
  {
    name: "stream with its usage",
    call: async (client) => listOf(await client.chat.completions.create(METERED_QUESTION)),
    records: [ANSWER],
  },
  {
    name: "stream of several choices",
    call: async (client) => listOf(await client.chat.completions.create({ ...METERED_QUESTION, n: 2 })),
    records: [completed("chat", MODEL, { ...ANSWERED, outputTokens: 24 })],
  },
  {
    name: "stream of a tool call",
    call: async (client) =>
      listOf(
        await client.chat.completions.create({
          ...METERED_QUESTION,
          tools: [{ type: "function", function: { name: "weather" } }],
        }),
      ),
    records: [completed("chat", MODEL, { ...ANSWERED, outputTokens: 2 })],
  },
  {
    name: "stream, as the object that it is",
    call: async (client) => {
      const stream = await client.chat.completions.create(METERED_QUESTION);
      return [stream.constructor.name, Object.keys(stream), await listOf(stream)];
    },
    records: [ANSWER],
  },
  {
    name: "stream withResponse",
    call: async (client) => {
      const { data, response, request_id } = await client.chat.completions.create(METERED_QUESTION).withResponse();
      return [await listOf(data), response, request_id];
    },
    records: [ANSWER],
  },
  {
    name: "stream asResponse, its bytes",
    call: async (client) => {
      const { body } = await client.chat.completions.create(METERED_QUESTION).asResponse();
      return Buffer.concat(await listOf(body!)).toString();
    },
    records: [ANSWER],
  },
  {
    name: "stream asResponse, its text",
    call: async (client) => (await client.chat.completions.create(METERED_QUESTION).asResponse()).text(),
    records: [ANSWER],
  },
  {
    name: "stream read twice",
    call: async (client) => {
      const stream = await client.chat.completions.create(METERED_QUESTION);
      await listOf(stream);
      return listOf(stream);
    },
    records: [ANSWER],
  },
  {
    name: "stream tee, both read",
    call: async (client) => {
      const [left, right] = (await client.chat.completions.create(METERED_QUESTION)).tee();
      return Promise.all([listOf(left), listOf(right)]);
    },
    records: [ANSWER],
  },
  {
    name: "stream tee, one read after the other",
    call: async (client) => {
      const [left, right] = (await client.chat.completions.create(METERED_QUESTION)).tee();
      return [await listOf(left), await listOf(right)];
    },
    records: [ANSWER],
  },
  {
    name: "stream toReadableStream",
    call: async (client) => {
      const stream = await client.chat.completions.create(METERED_QUESTION);
      return Buffer.concat(await listOf(stream.toReadableStream() as AsyncIterable<Uint8Array>)).toString();
    },
    records: [ANSWER],
  },
  {
    name: "stream toReadableStream, by getReader, cancelled",
    faults: HELD,
    call: async (client) => {
      const stream = await client.chat.completions.create(STREAMED_QUESTION);
      const reader = (stream.toReadableStream() as ReadableStream<Uint8Array>).getReader();
      const seen = [];
      for (let count = 0; count < 4; count++) seen.push(Buffer.from((await reader.read()).value!).toString());
      await reader.cancel();
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "stream left by break",
    faults: HELD,
    call: async (client) => {
      const seen = [];
      for await (const chunk of await client.chat.completions.create(STREAMED_QUESTION)) {
        seen.push(chunk);
        if (seen.length === 4) break;
      }
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "stream left by an error of the application",
    faults: HELD,
    call: async (client) => {
      let count = 0;
      for await (const chunk of await client.chat.completions.create(STREAMED_QUESTION)) {
        count += chunk.choices.length;
        if (count === 4) throw new RangeError("the application's own");
      }
    },
    records: [LEFT],
  },
  {
    name: "stream left by controller.abort()",
    faults: HELD,
    call: async (client) => {
      const stream = await client.chat.completions.create(STREAMED_QUESTION);
      const seen = [];
      for await (const chunk of stream) {
        seen.push(chunk);
        if (seen.length === 4) stream.controller.abort();
      }
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "stream left by an AbortSignal",
    faults: HELD,
    call: async (client) => {
      const controller = new AbortController();
      const { signal } = controller;
      const seen = [];
      for await (const chunk of await client.chat.completions.create(STREAMED_QUESTION, { signal })) {
        seen.push(chunk);
        if (seen.length === 4) controller.abort();
      }
      return seen;
    },
    records: [LEFT],
  },
  {
    name: "stream left at its finish reason",
    faults: [{ holdAfter: 14 }],
    call: async (client) => {
      const seen = [];
      for await (const chunk of await client.chat.completions.create(METERED_QUESTION)) {
        seen.push(chunk);
        if (chunk.choices[0]?.finish_reason) break;
      }
      return seen;
    },
    records: [estimated(abandoned("chat", MODEL), ESTIMATED)],
  },
  {
    name: "stream that nobody reads",
    unread: true,
    call: async (client, { provider }) => {
      await client.chat.completions.create(STREAMED_QUESTION);
      await provider.idle();
    },
    records: [{ ...abandoned("chat", MODEL), respondedModel: undefined }],
  },
];
