import { abandoned, completed, estimated } from "../expected.ts";
import { ANSWERED, listOf, MODEL, QUESTION, type OpenAIShape } from "./sdk.ts";
import { ESTIMATED } from "./streams.ts";

const SCHEMA = { type: "object", properties: { city: { type: "string" } } };
const FORMAT = { type: "json_schema" as const, json_schema: { name: "place", strict: true, schema: SCHEMA } };
const METERED = { ...QUESTION, stream_options: { include_usage: true } };

const ANSWER = completed("chat", MODEL, ANSWERED);
/** `{"city":"Paris"}` is nine tokens. */
const STRUCTURED = completed("chat", MODEL, { ...ANSWERED, outputTokens: 9 });

const EVENTS = [
  "connect",
  "chunk",
  "content",
  "content.delta",
  "content.done",
  "message",
  "chatCompletion",
  "finalContent",
  "finalMessage",
  "finalChatCompletion",
  "functionToolCall",
  "functionToolCallResult",
  "functionCall",
  "functionCallResult",
  "totalUsage",
  "error",
  "abort",
  "end",
] as const;

/** Every event of a helper with what it carried, in order. */
function eventsOf(helper: object): unknown[] {
  const events: unknown[] = [];
  const emitter = helper as { on(event: string, listener: (...values: unknown[]) => void): void };
  for (const event of EVENTS) emitter.on(event, (...values) => events.push([event, structuredClone(values)]));
  return events;
}

const weatherTool = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city.",
    parameters: SCHEMA,
    parse: (text: string) => JSON.parse(text) as { city: string },
    function: ({ city }: { city: string }) => `sunny in ${city}`,
  },
};

/** First the call of the tool, then the answer to 4 + 3 prompt tokens: the question and "sunny in Paris". */
const ROUNDS = [
  STRUCTURED,
  completed("chat", MODEL, { inputTokens: 7, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 }),
];

/** The SDK's helpers that call the API themselves. */
export const helperShapes: readonly OpenAIShape[] = [
  {
    name: "parse",
    call: (client, { sdk }) => sdk.helpers(client).parse({ ...QUESTION, response_format: FORMAT }),
    records: [STRUCTURED],
  },
  {
    name: "parse withResponse",
    call: (client, { sdk }) =>
      sdk
        .helpers(client)
        .parse({ ...QUESTION, response_format: FORMAT })
        .withResponse(),
    records: [STRUCTURED],
  },
  {
    name: "stream helper, its events in order",
    call: async (client, { sdk }) => {
      const helper = sdk.helpers(client).stream(METERED);
      const events = eventsOf(helper);
      await helper.done();
      return [helper.constructor.name, events];
    },
    records: [ANSWER],
  },
  {
    name: "stream helper, its final values",
    call: async (client, { sdk }) => {
      const helper = sdk.helpers(client).stream(METERED);
      return Promise.all([helper.finalChatCompletion(), helper.finalContent(), helper.totalUsage()]);
    },
    records: [ANSWER],
  },
  {
    name: "stream helper by for await, without usage",
    call: async (client, { sdk }) => listOf(sdk.helpers(client).stream(QUESTION)),
    records: [estimated(ANSWER, ESTIMATED)],
  },
  {
    name: "stream helper with a schema",
    call: (client, { sdk }) =>
      sdk
        .helpers(client)
        .stream({ ...METERED, response_format: FORMAT })
        .finalChatCompletion(),
    records: [STRUCTURED],
  },
  {
    name: "stream helper aborted",
    faults: [{ holdAfter: 4 }],
    call: async (client, { sdk }) => {
      const helper = sdk.helpers(client).stream(QUESTION);
      const events = eventsOf(helper);
      helper.on("content", (_, snapshot) => {
        if (snapshot === "A model answers") helper.abort();
      });
      const thrown: unknown = await helper.done().catch((error: unknown) => error);
      return [events, thrown];
    },
    records: [estimated(abandoned("chat", MODEL), { outputTokens: 3 })],
  },
  {
    name: "stream helper toReadableStream",
    call: async (client, { sdk }) => {
      const readable = sdk.helpers(client).stream(METERED).toReadableStream() as AsyncIterable<Uint8Array>;
      return Buffer.concat(await listOf(readable)).toString();
    },
    records: [ANSWER],
  },
  {
    name: "runTools",
    call: async (client, { sdk }) => {
      const runner = sdk.helpers(client).runTools({ ...QUESTION, tools: [weatherTool] });
      const events = eventsOf(runner);
      return [await runner.finalContent(), await runner.totalUsage(), runner.messages, events];
    },
    records: ROUNDS,
  },
  {
    name: "runTools, streamed",
    call: async (client, { sdk }) => {
      const runner = sdk.helpers(client).runTools({ ...METERED, stream: true, tools: [weatherTool] });
      const events = eventsOf(runner);
      return [await runner.finalContent(), events];
    },
    records: ROUNDS,
  },
];
