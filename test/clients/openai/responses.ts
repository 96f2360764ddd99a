import { abandoned, completed, estimated } from "../expected.ts";
import { listOf, MODEL, type OpenAIShape } from "./sdk.ts";
import { ESTIMATED } from "./streams.ts";

const PROMPT = { model: MODEL, input: "Say something short." };
const FORMAT = {
  format: {
    type: "json_schema" as const,
    name: "place",
    schema: { type: "object", properties: { city: { type: "string" } } },
  },
};

const USAGE = { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 12, reasoningTokens: 0 };
const ANSWER = completed("responses", MODEL, USAGE);

/** The Responses API. One in the background counts once, when it has finished. */
export const responseShapes: readonly OpenAIShape[] = [
  {
    name: "responses.create",
    call: (client) => client.responses.create(PROMPT),
    records: [ANSWER],
  },
  {
    name: "responses.create withResponse, with reasoning and a cached prompt",
    call: (client) =>
      client.responses.create({ ...PROMPT, reasoning: { effort: "low" }, prompt_cache_key: "key" }).withResponse(),
    records: [completed("responses", MODEL, { ...USAGE, inputTokens: 2, cacheReadTokens: 2, reasoningTokens: 16 })],
  },
  {
    name: "responses.create, streamed",
    call: async (client) => listOf(await client.responses.create({ ...PROMPT, stream: true })),
    records: [ANSWER],
  },
  {
    name: "responses.create, streamed and left by break",
    // created, in_progress, item added, part added, then three words.
    faults: [{ holdAfter: 7 }],
    call: async (client) => {
      const seen = [];
      for await (const event of await client.responses.create({ ...PROMPT, stream: true })) {
        seen.push(event);
        if (seen.length === 7) break;
      }
      return seen;
    },
    records: [estimated(abandoned("responses", MODEL), { outputTokens: 3 })],
  },
  {
    name: "responses.create, streamed and left at its last event",
    call: async (client) => {
      const seen = [];
      for await (const event of await client.responses.create({ ...PROMPT, stream: true })) {
        seen.push(event);
        if (event.type === "response.completed") break;
      }
      return seen;
    },
    records: [ANSWER],
  },
  {
    name: "responses.create, streamed without its last event",
    faults: [{ usage: null }],
    call: async (client) => listOf(await client.responses.create({ ...PROMPT, stream: true })),
    records: [estimated(ANSWER, ESTIMATED)],
  },
  {
    name: "responses.stream, its final response",
    call: (client) => client.responses.stream(PROMPT).finalResponse(),
    records: [ANSWER],
  },
  {
    name: "responses.stream, its events in order",
    call: async (client) => {
      const helper = client.responses.stream(PROMPT);
      const events: unknown[] = [];
      helper.on("event", (event) => events.push(structuredClone(event)));
      helper.on("response.output_text.delta", ({ snapshot }) => events.push(snapshot));
      await helper.done();
      return events;
    },
    records: [ANSWER],
  },
  {
    name: "responses.parse",
    call: (client) => client.responses.parse({ ...PROMPT, text: FORMAT }),
    records: [completed("responses", MODEL, { ...USAGE, outputTokens: 9 })],
  },
  {
    name: "responses.create in the background, polled to its end",
    call: async (client) => {
      const begun = await client.responses.create({ ...PROMPT, background: true });
      const polls = [begun];
      while (polls.at(-1)!.status !== "completed") polls.push(await client.responses.retrieve(begun.id));
      return [...polls, await client.responses.retrieve(begun.id)];
    },
    records: [ANSWER],
  },
  {
    name: "responses.create in the background, cancelled",
    call: async (client) => {
      const begun = await client.responses.create({ ...PROMPT, background: true });
      return client.responses.cancel(begun.id);
    },
    records: [abandoned("responses", MODEL)],
  },
  {
    name: "responses.create in the background, streamed from its middle",
    call: async (client) => {
      const begun = await client.responses.create({ ...PROMPT, background: true });
      return listOf(await client.responses.retrieve(begun.id, { stream: true }));
    },
    records: [ANSWER],
    majors: [5, 6, 7],
  },
  {
    name: "responses.retrieve of what was counted before",
    call: async (client) => {
      const { id } = await client.responses.create(PROMPT);
      return [await client.responses.retrieve(id), await client.responses.retrieve(id)];
    },
    records: [ANSWER],
  },
  {
    name: "responses.delete",
    call: async (client) => {
      const { id } = await client.responses.create(PROMPT);
      await client.responses.delete(id);
    },
    records: [ANSWER],
    majors: [5, 6, 7],
  },
  {
    name: "responses.compact",
    call: (client) => client.responses.compact({ model: MODEL, input: "Say something short." }),
    // A compaction does not name its model.
    records: [{ ...ANSWER, respondedModel: undefined }],
    majors: [6, 7],
  },
  {
    name: "responses.inputTokens.count",
    call: (client) => client.responses.inputTokens.count(PROMPT),
    records: [],
    majors: [6, 7],
  },
];
